import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type LocalPostgres, localPostgres } from "../../local/postgres.ts";
import { type LocalRedis, localRedis, redisMissing, redisServerPath } from "../../local/redis.ts";
import { migratedDatabase, type TestService, testConfig, testService } from "../../local/service.ts";
import type { PostgresSettings } from "../config/bindings.ts";
import { parseTiers } from "../limiter/tiers.ts";

if (!redisServerPath) process.stderr.write(`\nSKIPPED, the service with Redis: ${redisMissing}\n\n`);

let postgres: LocalPostgres;
let database: PostgresSettings;
let cache: LocalRedis;
let state: LocalRedis;
let password = "first";
/** As the component Redis sets it up: rights on data, none on the server. */
const user = (secret: string) => ["--user", "app", "on", `>${secret}`, "~*", "&*", "+@all", "-@admin", "-@dangerous", "+info"];
let replicas: TestService[] = [];

beforeAll(async () => {
  if (!redisServerPath) return;
  // One by one, so that what did start is known and stopped when another doesn't.
  postgres = await localPostgres();
  cache = await localRedis(...user("first"));
  state = await localRedis();
  database = await migratedDatabase(postgres);
  const config = testConfig(database, {
    redisCache: { host: "127.0.0.1", port: cache.port, username: "app", password: () => password },
    redisState: { host: "127.0.0.1", port: state.port },
    tiers: parseTiers(["create=20/3600", "read=100000/60", "redirect=100000/60"]),
  });
  replicas = [await testService(config), await testService(config)];
  await replica(0).ask("POST", "/v1/links", { url: "https://example.org/steady", slug: "steady" });
  for (const replica of replicas) await vi.waitFor(async () => expect(await up(replica, "redis-cache")).toBe("1"), { timeout: 20_000, interval: 300 });
});
afterAll(async () => {
  for (const replica of replicas) await replica.stop();
  await Promise.all([cache?.stop(), state?.stop(), postgres?.remove()]);
});

async function metric(replica: TestService, pattern: RegExp): Promise<string | undefined> {
  return pattern.exec(await (await fetch(`${replica.internal}/metrics`)).text())?.[1];
}
const up = (replica: TestService, dependency: string) => metric(replica, new RegExp(`^dependency_up\\{dependency="${dependency}"\\} (\\d)`, "m"));
const replica = (index: number) => replicas[index % 2]!;

describe.skipIf(!redisServerPath)("two replicas with Redis", () => {
  it("see each other's links, deletions included", async () => {
    await replica(0).ask("POST", "/v1/links", { url: "https://example.org/shared", slug: "shared" });
    expect((await replica(1).ask("GET", "/shared")).headers.get("location")).toBe("https://example.org/shared");
    expect(await cache.client.get("link:shared")).toBe("https://example.org/shared");
    expect((await replica(1).ask("DELETE", "/v1/links/shared")).status).toBe(204);
    expect((await replica(0).ask("GET", "/shared")).status).toBe(404);
  });

  it("answer from the cache without a look at the database", async () => {
    await cache.client.set("link:only-cached", "https://example.org/only-cached");
    expect((await replica(0).ask("GET", "/only-cached")).headers.get("location")).toBe("https://example.org/only-cached");
  });

  it("let a reader fill in nothing that was changed since it read", async () => {
    const { createRedisCache } = await import("../links/redis-cache.ts");
    const { Redis } = await import("ioredis");
    const client = new Redis({ host: "127.0.0.1", port: state.port });
    const late = createRedisCache({ client, run: (_, call) => call() });
    await late.removed("raced");
    await late.fill("raced", "https://example.org/deleted");
    expect(await late.find("raced")).toBe(null);
    await late.created("raced", "https://example.org/new");
    await late.fill("raced", null);
    expect(await late.find("raced")).toBe("https://example.org/new");
    expect(await client.ttl("link:raced")).toBeGreaterThan(500);
    client.disconnect();
  });

  it("share a limit: exactly the quota is created, wherever the requests arrive", async () => {
    await state.client.flushall();
    const responses = await Promise.all(Array.from({ length: 60 }, (_, index) => replica(index).ask("POST", "/v1/links", { url: "https://example.org" })));
    expect(responses.filter(({ status }) => status === 201).length).toBe(20);
    const denied = responses.find(({ status }) => status === 429)!;
    expect(denied.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(denied.headers.get("ratelimit-policy")).toBe('"create";q=20;w=3600');
    expect(denied.headers.get("ratelimit")).toMatch(/^"create";r=0;t=\d+$/);
    expect(await denied.json()).toMatchObject({
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      status: 429,
      "violated-policies": ["create"],
    });
    // A header is no way around: nobody is trusted to name the client.
    expect((await replica(0).ask("POST", "/v1/links", { url: "https://example.org" }, { "x-forwarded-for": "6.6.6.6" })).status).toBe(429);
  });

  it("redirect and stay ready while both Redis hang, and cache again afterwards", async () => {
    cache.signal("SIGSTOP");
    state.signal("SIGSTOP");
    const first = performance.now();
    expect((await replica(0).ask("GET", "/steady")).status).toBe(302);
    expect(performance.now() - first).toBeLessThan(250);
    const durations: number[] = [];
    for (let request = 0; request < 100; request++) {
      const start = performance.now();
      expect((await replica(0).ask("GET", "/steady")).status).toBe(302);
      durations.push(performance.now() - start);
    }
    // Far below what the first one waited for: nobody asks Redis any more.
    expect(durations.sort((a, b) => a - b)[94]).toBeLessThan(100);
    expect((await fetch(`${replica(0).internal}/health/ready`)).status).toBe(200);
    expect((await replica(0).ask("GET", "/steady")).headers.get("x-ratelimit-scope")).toBe("process");
    await expect.poll(() => up(replica(0), "redis-cache"), { timeout: 20_000, interval: 300 }).toBe("0");
    cache.signal("SIGCONT");
    state.signal("SIGCONT");
    await expect.poll(() => up(replica(0), "redis-cache"), { timeout: 20_000, interval: 300 }).toBe("1");
    await expect.poll(async () => (await replica(0).ask("GET", "/steady")).headers.get("x-ratelimit-scope"), { timeout: 20_000 }).toBe(null);
  });

  it("log in anew with a rotated password when Redis comes back", async () => {
    cache.signal("SIGKILL");
    password = "second";
    expect((await replica(0).ask("GET", "/steady")).status).toBe(302);
    await cache.start(...user("second"));
    const cachedAnew = async () => {
      await replica(0).ask("GET", "/steady");
      return cache.client.get("link:steady");
    };
    await expect.poll(cachedAnew, { timeout: 20_000 }).toBe("https://example.org/steady");
  });
});
