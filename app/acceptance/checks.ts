import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Ask } from "./client.ts";

/** One promise of the service, and how to see that it is kept. */
export interface Check {
  name: string;
  run: () => Promise<void>;
}

/** Hits are written about once a second, and a cluster may be busy. */
const hitsMilliseconds = 15_000;

/** What must hold of the service at any address. The checks build on one another, and delete the link that they make. */
export function checks(ask: Ask): Check[] {
  const slug = `acceptance-${randomBytes(6).toString("hex")}`;
  const url = `https://example.org/${slug}?from=acceptance`;
  const json = (answer: Answer) => JSON.parse(answer.text);
  const problem = (answer: Answer, status: number) => {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers["content-type"] ?? "", /^application\/problem\+json/);
    assert.equal(json(answer).status, status);
  };

  return [
    {
      name: "creates a link and says where it is",
      async run() {
        const answer = await ask("POST", "/v1/links", { url, slug });
        assert.equal(answer.status, 201, answer.text);
        assert.equal(answer.headers.location, `/v1/links/${slug}`);
        assert.equal(json(answer).url, url);
        assert.ok(json(answer).shortUrl.endsWith(`/${slug}`), json(answer).shortUrl);
      },
    },
    {
      name: "takes the same request again, and no other for that slug",
      async run() {
        assert.equal((await ask("POST", "/v1/links", { url, slug })).status, 200);
        problem(await ask("POST", "/v1/links", { url: `${url}&other`, slug }), 409);
      },
    },
    {
      name: "redirects, and counts every time",
      async run() {
        for (let visit = 0; visit < 3; visit++) {
          const answer = await ask("GET", `/${slug}`);
          assert.equal(answer.status, 302, answer.text);
          assert.equal(answer.headers.location, url);
        }
        let hits = 0;
        for (const deadline = Date.now() + hitsMilliseconds; hits < 3 && Date.now() < deadline; await sleep(500))
          hits = json(await ask("GET", `/v1/links/${slug}`)).hits;
        assert.equal(hits, 3);
      },
    },
    {
      name: "lists links by pages",
      async run() {
        const page = json(await ask("GET", "/v1/links?limit=1"));
        assert.equal(page.links.length, 1);
        problem(await ask("GET", "/v1/links?limit=1&cursor=made-up"), 400);
      },
    },
    {
      name: "refuses what is wrong with a problem document",
      async run() {
        problem(await ask("POST", "/v1/links", { url: "javascript:alert(1)" }), 400);
        problem(await ask("GET", `/${slug}-unknown`), 404);
        problem(await ask("PATCH", "/v1/links"), 405);
      },
    },
    {
      name: "tells its limits",
      async run() {
        const { headers } = await ask("GET", `/v1/links/${slug}`);
        assert.match(headers["ratelimit-policy"] ?? "", /^"read";q=\d+;w=\d+/);
        assert.match(headers.ratelimit ?? "", /^"read";r=\d+;t=\d+/);
      },
    },
    {
      name: "describes itself in OpenAPI 3.1",
      async run() {
        assert.match(json(await ask("GET", "/openapi.json")).openapi, /^3\.1\./);
      },
    },
    {
      name: "keeps health and metrics to itself",
      async run() {
        for (const path of ["/metrics", "/health/ready", "/health/live"]) problem(await ask("GET", path), 404);
      },
    },
    {
      name: "deletes the link, and then knows it no more",
      async run() {
        assert.equal((await ask("DELETE", `/v1/links/${slug}`)).status, 204);
        problem(await ask("GET", `/${slug}`), 404);
        problem(await ask("GET", `/v1/links/${slug}`), 404);
      },
    },
  ];
}
