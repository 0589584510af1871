import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalPostgres, localPostgres } from "../../local/postgres.ts";
import { migratedDatabase, type TestService, testConfig, testService } from "../../local/service.ts";

let server: LocalPostgres;
let service: TestService;

beforeAll(async () => {
  server = await localPostgres();
  service = await testService(testConfig(await migratedDatabase(server)));
});
afterAll(async () => {
  await service?.stop();
  await server?.remove();
});

/** Sends bytes as they are, as no HTTP client would, and gives the whole answer. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(service.port, "127.0.0.1", () => socket.write(text, "latin1"));
    let answer = "";
    socket.setTimeout(5_000, () => reject(new Error(`no answer to ${JSON.stringify(text.slice(0, 200))}`)));
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", () => resolve(answer));
  });
}

const request = (start: string, headers: string[] = [], body = "") => [start, "Host: links.test", "Connection: close", ...headers, "", body].join("\r\n");

/** Every error is a problem document with the status of the response, and never the server's fault. */
function expectProblem(answer: string): number {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
  expect(status, answer.slice(0, 300)).toBeGreaterThanOrEqual(200);
  expect(status, answer.slice(0, 300)).toBeLessThan(500);
  if (status < 400) return status;
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  expect(head.toLowerCase()).toContain("content-type: application/problem+json");
  if (rest.join("") !== "") expect(JSON.parse(rest.join("\r\n\r\n"))).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  return status;
}

describe("bad input", () => {
  it.each([
    ["an unknown path", request("GET /a/b/c HTTP/1.1"), 404],
    ["a wrong method", request("PATCH /v1/links HTTP/1.1"), 405],
    ["a method that nobody knows", request("PROPFIND /v1/links HTTP/1.1"), 405],
    ["a bad escape in the path", request("GET /%zz HTTP/1.1"), 400],
    ["bytes that are no UTF-8 in the path", request("GET /v1/links/%ff%fe HTTP/1.1"), 400],
    ["a NUL in the slug", request("GET /v1/links/abc%00def HTTP/1.1"), 404],
    ["a path that climbs", request("GET /..%2f..%2fetc%2fpasswd HTTP/1.1"), 404],
    ["a very long slug", request(`GET /${"a".repeat(5_000)} HTTP/1.1`), 414],
    ["JSON that ends early", request("POST /v1/links HTTP/1.1", ["Content-Type: application/json", "Content-Length: 8"], '{"url":"'), 400],
    ["no body", request("POST /v1/links HTTP/1.1", ["Content-Type: application/json", "Content-Length: 0"]), 400],
    ["no content type", request("POST /v1/links HTTP/1.1", ["Content-Length: 2"], "{}"), 415],
    ["another content type", request("POST /v1/links HTTP/1.1", ["Content-Type: text/xml", "Content-Length: 4"], "<a/>"), 415],
    ["a broken content type", request("POST /v1/links HTTP/1.1", ["Content-Type: ;;;", "Content-Length: 2"], "{}"), 415],
    ["a prototype in JSON", request("POST /v1/links HTTP/1.1", ["Content-Type: application/json", "Content-Length: 21"], '{"__proto__":{"a":1}}'), 400],
    ["null as body", request("POST /v1/links HTTP/1.1", ["Content-Type: application/json", "Content-Length: 4"], "null"), 400],
    ["a body above the limit", request("POST /v1/links HTTP/1.1", ["Content-Type: application/json", "Content-Length: 20000"], `"${"a".repeat(19_998)}"`), 413],
    ["headers above the limit", request("GET /abc HTTP/1.1", [`X-Large: ${"a".repeat(20_000)}`]), 431],
    ["a header line that is none", request("GET /abc HTTP/1.1", ["no colon here"]), 400],
    ["two lengths", request("POST /v1/links HTTP/1.1", ["Content-Length: 2", "Content-Length: 3"], "{}"), 400],
    ["what is not HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
    ["an expectation nobody has", request("GET /abc HTTP/1.1", ["Expect: miracles"]), 417],
  ])("%s is answered with a problem", async (_, text, status) => {
    expect(expectProblem(await raw(text))).toBe(status);
  });

  it("says which methods a path has", async () => {
    const response = await service.ask("PUT", "/v1/links/abc");
    expect([response.status, response.headers.get("allow")]).toEqual([405, "DELETE, GET, HEAD"]);
  });

  it("takes a request id that is harmless, and no other", async () => {
    const idOf = async (id: string) => (await service.ask("GET", "/abc", undefined, { "x-request-id": id })).headers.get("x-request-id");
    expect(await idOf("trace-1234.abcd")).toBe("trace-1234.abcd");
    for (const id of ['"}{"level":"fatal', "short", "a".repeat(65), "../../etc"]) expect(await idOf(id)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("of any shape in body, path, query and headers gets a 4xx problem or is served", async () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constantFrom("", "\0", "%", "../", "'; DROP TABLE links; --", "\ud800", "a".repeat(3_000)),
    );
    const value = fc.oneof(fc.jsonValue(), fc.record({ url: fc.oneof(text, fc.webUrl(), fc.jsonValue()), slug: fc.oneof(text, fc.jsonValue()) }));
    const body = fc.oneof(
      value.map((json) => JSON.stringify(json)),
      text,
    );
    const path = fc.oneof(
      fc.constantFrom("/v1/links", "/v1/links/abc", "/abc", "/openapi.json"),
      text.map((slug) => `/${encodeURIComponent(slug.toWellFormed())}`),
      text.map((slug) => `/v1/links/${encodeURIComponent(slug.toWellFormed())}`),
      fc
        .tuple(text, text)
        .map(([limit, cursor]) => `/v1/links?limit=${encodeURIComponent(limit.toWellFormed())}&cursor=${encodeURIComponent(cursor.toWellFormed())}`),
    );
    const headers = fc.record(
      {
        "content-type": fc.constantFrom("application/json", "application/json; charset=utf-16", "text/plain", "multipart/form-data"),
        "idempotency-key": fc.stringMatching(/^[\x20-\x7e]{0,200}$/),
        "x-forwarded-for": fc.stringMatching(/^[\x20-\x7e]{0,100}$/),
        accept: fc.constantFrom("*/*", "text/html", "nonsense"),
      },
      { requiredKeys: ["content-type"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "HEAD"), path, body, headers, async (method, where, sent, given) => {
        const hasBody = method !== "GET" && method !== "HEAD";
        const response = await service.ask(method, where, hasBody ? sent : undefined, given);
        const answer = await response.text();
        expect(response.status, `${method} ${where} ${sent}: ${answer}`).toBeLessThan(500);
        if (response.status >= 400) {
          expect(response.headers.get("content-type")).toBe("application/problem+json");
          if (method !== "HEAD") expect(JSON.parse(answer).status).toBe(response.status);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("of any bytes is answered or closed, and the service lives on", async () => {
    const lines = fc.array(fc.oneof(fc.string({ unit: "binary-ascii" }), fc.constantFrom("GET / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "0", "")), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(lines, async (parts) => {
        const answer = await raw(`${parts.join("\r\n")}\r\n\r\nQUIT\r\n\r\n`);
        for (const status of answer.matchAll(/HTTP\/1\.1 (\d{3})/g)) expect(Number(status[1]), answer.slice(0, 300)).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
    expect((await service.ask("GET", "/v1/links")).status).toBe(200);
  });
});
