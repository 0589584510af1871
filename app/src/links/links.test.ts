import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalPostgres, localPostgres } from "../../local/postgres.ts";
import { bodyOf, migratedDatabase, type TestService, testConfig, testService } from "../../local/service.ts";
import type { PostgresSettings } from "../config/bindings.ts";

let server: LocalPostgres;
let database: PostgresSettings;
let service: TestService;

beforeAll(async () => {
  server = await localPostgres();
  database = await migratedDatabase(server);
  service = await testService(testConfig(database, { publicUrl: "https://links.test" }));
});
afterAll(async () => {
  await service?.stop();
  await server?.remove();
});

const create = (body: unknown, headers?: Record<string, string>) => service.ask("POST", "/v1/links", body, headers);
const hitsOf = async (slug: string) => (await bodyOf(await service.ask("GET", `/v1/links/${slug}`))).hits;

describe("creating", () => {
  it("gives the link, and its address in Location", async () => {
    const response = await create({ url: "https://example.org/a?b=c#d", slug: "Spring-Sale" });
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe("/v1/links/Spring-Sale");
    expect(await bodyOf(response)).toEqual({
      slug: "Spring-Sale",
      shortUrl: "https://links.test/Spring-Sale",
      url: "https://example.org/a?b=c#d",
      hits: 0,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  });

  it("makes up a slug when none is given", async () => {
    const [first, second] = await Promise.all([create({ url: "https://example.org" }), create({ url: "https://example.org" })]);
    const slugs = [(await bodyOf(first)).slug, (await bodyOf(second)).slug];
    expect(slugs[0]).toMatch(/^[2-9A-Za-z]{8}$/);
    expect(slugs[0]).not.toBe(slugs[1]);
  });

  it("answers the same request again with the same link, and another one for the slug with 409", async () => {
    expect((await create({ url: "https://example.org/1", slug: "twice" })).status).toBe(201);
    expect((await create({ url: "https://example.org/1", slug: "twice" })).status).toBe(200);
    const conflict = await create({ url: "https://example.org/2", slug: "twice" });
    expect(conflict.status).toBe(409);
    expect(await bodyOf(conflict)).toMatchObject({
      title: "Conflict",
      detail: 'The slug "twice" leads elsewhere already; choose another, or leave it out and get a new one.',
    });
  });

  it("makes one link for one Idempotency-Key, however often it is sent and however close together", async () => {
    const headers = { "idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"' };
    const responses = await Promise.all(Array.from({ length: 5 }, () => create({ url: "https://example.org/once" }, headers)));
    const slugs = new Set(await Promise.all(responses.map(async (response) => (await bodyOf(response)).slug)));
    expect(slugs.size).toBe(1);
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    const other = await create({ url: "https://example.org/other" }, headers);
    expect(other.status).toBe(422);
    expect((await create({ url: "https://example.org/once" }, { "idempotency-key": "short" })).status).toBe(400);
  });

  it("lets exactly one of many win a slug", async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, (_, index) => create({ url: `https://example.org/${index}`, slug: "contested" })));
    expect(responses.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  });

  it.each([
    ["javascript:alert(1)", "has the scheme javascript: and only http: and https: are taken"],
    ["https://bank.example@evil.example/", "holds a user name or password; leave them out"],
    ["https://links.test/other", "leads to this service itself, which could go round in circles"],
    [`https://example.org/${"ä".repeat(400)}`, "is 2420 characters long when encoded; 2048 is the most"],
    ["example.org", "is no absolute URL; give one such as https://example.org/page"],
  ])("refuses %s as a target", async (url, detail) => {
    const response = await create({ url });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect((await bodyOf(response)).errors).toEqual([{ pointer: "#/url", detail }]);
  });

  it("names all mistakes of a body at once", async () => {
    const { errors } = await bodyOf(await create({ url: 7, slug: "a b", colour: "red" }));
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(["#", "#/slug", "#/url"]);
  });

  it("keeps names for itself", async () => {
    expect((await bodyOf(await create({ url: "https://example.org", slug: "Health" }))).errors[0]?.detail).toContain("reserved");
  });
});

describe("redirecting", () => {
  it("leads to the target, counts it, and is stored nowhere", async () => {
    await create({ url: "https://example.org/counted", slug: "counted" });
    for (let visit = 0; visit < 3; visit++) {
      const response = await service.ask("GET", "/counted");
      expect([response.status, response.headers.get("location"), response.headers.get("cache-control")]).toEqual([
        302,
        "https://example.org/counted",
        "no-store",
      ]);
    }
    expect((await service.ask("HEAD", "/counted")).status).toBe(302);
    await expect.poll(() => hitsOf("counted"), { timeout: 20_000 }).toBe(3);
  });

  it("finds a link at once that was looked for before it was there", async () => {
    expect((await service.ask("GET", "/not-yet")).status).toBe(404);
    await create({ url: "https://example.org/now", slug: "not-yet" });
    expect((await service.ask("GET", "/not-yet")).status).toBe(302);
  });

  it("ends with the link", async () => {
    await create({ url: "https://example.org/gone", slug: "gone" });
    expect((await service.ask("GET", "/gone")).status).toBe(302);
    expect((await service.ask("DELETE", "/v1/links/gone")).status).toBe(204);
    expect((await service.ask("GET", "/gone")).status).toBe(404);
    expect((await service.ask("DELETE", "/v1/links/gone")).status).toBe(404);
    await create({ url: "https://example.org/back", slug: "gone" });
    expect((await service.ask("GET", "/gone")).headers.get("location")).toBe("https://example.org/back");
  });
});

describe("listing", () => {
  it("pages through all links once, newest first, also while links come", async () => {
    const made: string[] = [];
    for (let index = 0; index < 7; index++) made.unshift((await bodyOf(await create({ url: `https://example.org/page/${index}` }))).slug);
    const seen: string[] = [];
    let cursor: string | null = "";
    do {
      const page = await bodyOf(await service.ask("GET", `/v1/links?limit=3${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`));
      expect(page.links.length).toBeGreaterThan(0);
      seen.push(...page.links.map(({ slug }) => slug));
      await create({ url: "https://example.org/meanwhile" });
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.slice(0, 7)).toEqual(made);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it.each([
    ["limit=0", "must be at least 1"],
    ["limit=101", "must be at most 100"],
    ["limit=1e1", "must be a whole number from 1 to 100"],
    ["limit=1&limit=2", "expected string"],
    ["cursor=bGlua3M6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "none that this service gave out"],
  ])("refuses %s", async (query, detail) => {
    const response = await service.ask("GET", `/v1/links?${query}`);
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).detail).toContain(detail);
  });
});

describe("the whole", () => {
  it("describes itself in OpenAPI 3.1, with every route and no other", async () => {
    const document = await bodyOf(await service.ask("GET", "/openapi.json"));
    expect(document.openapi).toBe("3.1.0");
    expect(document.servers).toEqual([{ url: "https://links.test" }]);
    expect(
      Object.entries(document.paths)
        .flatMap(([path, operations]) => Object.keys(operations as object).map((method) => `${method} ${path}`))
        .sort(),
    ).toEqual([
      "delete /v1/links/{slug}",
      "get /v1/links",
      "get /v1/links/{slug}",
      "get /v1/links/{slug}/live",
      "get /v1/links/{slug}/statistics",
      "get /{slug}",
      "post /v1/links",
    ]);
    expect(document.paths["/v1/links"]?.post?.responses["201"]?.content["application/json"]?.schema).toEqual({ $ref: "#/components/schemas/Link" });
    expect(JSON.stringify(document)).not.toContain('"$ref":"#/$defs');
  });

  it("measures requests by route template, method and status", async () => {
    await service.ask("GET", "/surely/nothing/here");
    const text = () => fetch(`${service.internal}/metrics`).then((response) => response.text());
    await expect.poll(text, { timeout: 20_000 }).toContain('http_request_duration_seconds_count{method="GET",route="unmatched",status_code="404"}');
    expect(await text()).toMatch(/http_request_duration_seconds_count\{method="GET",route="\/:slug",status_code="302"\} \d/);
    expect(await text()).toMatch(/^links_redirects_total [1-9]/m);
    expect(await text()).toMatch(/^http_requests_in_flight 0$/m);
    expect(await text()).toMatch(/^nodejs_eventloop_utilization 0(\.\d+)?$/m);
    expect(await text()).toMatch(/^db_pool_connections\{state="total"\} [1-9]/m);
    expect(await text()).not.toContain("/counted");
  });

  it("is unready while the schema is older than the program needs, and startup says so", async () => {
    const empty = await server.createDatabase();
    const early = await testService(testConfig(empty));
    const startup = await fetch(`${early.internal}/health/startup`);
    expect([startup.status, await startup.json()]).toEqual([503, { status: "unavailable", schemaVersion: 0, requiredVersion: 2 }]);
    expect((await fetch(`${early.internal}/health/live`)).status).toBe(200);
    await early.stop();
    expect((await fetch(`${service.internal}/health/startup`)).status).toBe(200);
    expect((await fetch(`${service.internal}/health/ready`)).status).toBe(200);
  });

  it("loses no hit when it is stopped", async () => {
    const second = await testService(testConfig(database));
    await create({ url: "https://example.org/drained", slug: "drained" });
    await Promise.all(Array.from({ length: 40 }, () => second.ask("GET", "/drained")));
    await second.stop();
    expect(await hitsOf("drained")).toBe(40);
  });

  it("adds up the hits of replicas that count the same links at the same time", async () => {
    const others = await Promise.all([1, 2, 3].map(() => testService(testConfig(database))));
    const slugs = Array.from({ length: 20 }, (_, index) => `shared-${index}`);
    for (const slug of slugs) await create({ url: "https://example.org/shared", slug });
    for (const [index, other] of others.entries()) {
      const order = index % 2 === 0 ? slugs : slugs.toReversed();
      await Promise.all(order.map((slug) => other.ask("GET", `/${slug}`)));
    }
    await Promise.all(others.map((other) => other.stop()));
    const client = new pg.Client({ ...database, password: database.password?.() });
    await client.connect();
    expect((await client.query("SELECT DISTINCT hits::int FROM links WHERE slug LIKE 'shared-%'")).rows).toEqual([{ hits: 3 }]);
    await client.end();
  });
});
