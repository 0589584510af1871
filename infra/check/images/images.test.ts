import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plannedImages, strays, unpinned } from "./images.ts";
import { inRegistry, parsedReference } from "./registry.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** A registry that gives a token to everybody, has one image, and wants a log-in for another. */
let server: Server;
let host: string;
beforeAll(async () => {
  server = createServer(({ url, headers }, response) => {
    const [path] = url!.split("?");
    if (path === "/token") return void response.end(JSON.stringify({ token: `for ${new URL(url!, "http://x").searchParams.get("scope")}` }));
    const name = /^\/v2\/(.*)\/manifests\//.exec(path!)?.[1];
    const scope = `repository:${name}:pull`;
    if (headers.authorization !== `Bearer for ${scope}`) {
      return void response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token",service="r",scope="${scope}"` }).end();
    }
    response.writeHead(name === "private" ? 403 : path!.endsWith(digest("a")) ? 200 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test.each([
  ["redis:8", { host: "registry-1.docker.io", repository: "library/redis", reference: "8" }],
  ["docker.io/oliver006/redis_exporter:v1", { host: "registry-1.docker.io", repository: "oliver006/redis_exporter", reference: "v1" }],
  [`localhost:5000/links:1@${digest("a")}`, { host: "localhost:5000", repository: "links", reference: digest("a") }],
])("%s is read as its registry would", (image, reference) => {
  expect(parsedReference(image)).toEqual(reference);
});

test("a registry is asked as anybody may: there, not there, and behind a log-in are told apart", async () => {
  const ask = (image: string) => inRegistry(`${host}/${image}`, { protocol: "http" });
  expect(await ask(`team/links@${digest("a")}`)).toMatchObject({ found: true });
  expect(await ask(`team/links@${digest("b")}`)).toMatchObject({ found: false });
  expect(await ask(`private@${digest("a")}`)).toEqual({ says: `${host} wants a log-in` });
  expect(await inRegistry(`127.0.0.1:1/links@${digest("a")}`)).toMatchObject({ says: expect.stringMatching(/can't be asked from here/) });
});

const deployment = (image: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "links", namespace: "links-prod" },
  spec: { template: { spec: { containers: [{ image }] } } },
});

test("an image that is another one tomorrow is red; tags of a version are told together", () => {
  const planned = plannedImages([
    deployment("example.org/links"),
    deployment("redis:latest"),
    deployment("redis:8.8"),
    deployment(`links@${digest("a")}`),
    deployment("postgres:18.4"),
  ]);
  expect(unpinned(planned)).toMatchObject([
    { status: "bad", says: expect.stringMatching(/^example.org\/links, of Deployment links, is another one tomorrow/) },
    { status: "bad", says: expect.stringMatching(/^redis:latest/) },
    { status: "warning", says: expect.stringMatching(/redis:8.8, postgres:18.4/) },
  ]);
});

test("pods that still run what was before are red after up", () => {
  const pod = (letter: string) => ({
    metadata: { name: letter, labels: { "app.kubernetes.io/instance": "links" } },
    status: { containerStatuses: [{ imageID: `registry/links@${digest(letter)}` }] },
  });
  expect(strays([deployment(`links@${digest("a")}`)], [pod("a")])).toEqual([]);
  expect(strays([deployment(`links@${digest("a")}`)], [pod("a"), pod("b")])).toMatchObject([{ status: "bad", says: expect.stringMatching(/^1 of 2 pods/) }]);
});
