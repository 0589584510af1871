import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, certificateOf } from "./http.ts";
import { createLink, slugOf } from "./links.ts";
import { settings } from "./settings.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
let client: Client;
beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client();
});
afterAll(() => client?.close());

describe("through the Ingress, over TLS", () => {
  test("a link lives: created, read, followed, deleted, gone", async () => {
    const url = `https://example.org/${Date.now()}`;
    const created = await createLink(client, url);
    expect(created.status, created.body).toBe(201);
    const { slug } = JSON.parse(created.body);
    expect(created.headers.location).toMatch(new RegExp(`/v1/links/${slug}$`));
    expect(created.body).toContain(`https://${settings.host}/${slug}`);

    const read = await client.ask("GET", `/v1/links/${slug}`);
    expect(read.status).toBe(200);
    expect(JSON.parse(read.body)).toMatchObject({ slug, url });

    const followed = await client.ask("GET", `/${slug}`);
    expect([301, 302, 307, 308]).toContain(followed.status);
    expect(followed.headers.location).toBe(url);

    expect((await client.ask("DELETE", `/v1/links/${slug}`)).status).toBe(204);
    // From the cache as well: a deleted link must not go on leading somewhere.
    expect((await client.ask("GET", `/${slug}`)).status).toBe(404);
  });

  test("the certificate is the host's own, and valid for weeks", async () => {
    const certificate = await certificateOf(client.endpoint);
    expect(certificate.names).toContain(`DNS:${settings.host}`);
    expect(certificate.validUntil.getTime() - Date.now()).toBeGreaterThan(29 * 24 * 3600 * 1000);
  });

  test("another host name leads nowhere", async () => {
    const answer = await client.ask("GET", "/v1/links", { headers: { host: "someone-else.example.org" } });
    expect(answer.status).toBe(404);
    expect(answer.headers["content-type"] ?? "").not.toContain("problem+json");
  });

  test("every answer carries the security headers, an error's too", async () => {
    const slug = await slugOf(client);
    for (const path of [`/${slug}`, "/v1/links/no-such-slug"]) {
      const { headers } = await client.ask("GET", path);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      });
      expect(headers).not.toHaveProperty("server");
      expect(headers).not.toHaveProperty("x-powered-by");
    }
  });

  test("health and metrics are not for the world", async () => {
    for (const path of ["/metrics", "/health/ready", "/health/live"]) {
      expect((await client.ask("GET", path)).status, path).toBe(404);
    }
  });
});

test("plain HTTP is sent to HTTPS, path and query included", async () => {
  const answer = await client.askPlain("GET", "/some-slug?a=b");
  expect([301, 308]).toContain(answer.status);
  expect(answer.headers.location).toMatch(new RegExp(`^https://${settings.host}(:\\d+)?/some-slug\\?a=b$`));
});
