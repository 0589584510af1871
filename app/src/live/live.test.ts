import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type LocalPostgres, localPostgres } from "../../local/postgres.ts";
import { type LocalRedis, localRedis, redisMissing, redisServerPath } from "../../local/redis.ts";
import { serverProcess } from "../../local/server-process.ts";
import { bodyOf, migratedDatabase, type TestService, testConfig, testService } from "../../local/service.ts";
import type { PostgresSettings } from "../config/bindings.ts";

if (!redisServerPath) process.stderr.write(`\nSKIPPED, live hits across replicas: ${redisMissing}\n\n`);

let postgres: LocalPostgres;
let database: PostgresSettings;
let cache: LocalRedis | undefined;
const services: TestService[] = [];
const clients: WebSocket[] = [];

/** As the component Redis sets it up: rights on data and channels, none on the server. */
const user = ["--user", "app", "on", ">secret", "~*", "&*", "+@all", "-@admin", "-@dangerous", "+info"];

beforeAll(async () => {
  postgres = await localPostgres();
  database = await migratedDatabase(postgres);
  cache = redisServerPath ? await localRedis(...user) : undefined;
});
afterAll(async () => {
  for (const client of clients) client.terminate();
  for (const service of services) await service.stop();
  await cache?.stop();
  await postgres?.remove();
});

async function replica(changes = {}): Promise<TestService> {
  const redisCache = cache && { host: "127.0.0.1", port: cache.port, username: "app", password: () => "secret" };
  const service = await testService(testConfig(database, { redisCache, ...changes }));
  services.push(service);
  return service;
}

/** Looks at a link, and notes what it is told. */
async function watch(port: number, slug: string) {
  const client = new WebSocket(`ws://127.0.0.1:${port}/v1/links/${slug}/live`);
  clients.push(client);
  const told: number[] = [];
  client.on("message", (text) => told.push(JSON.parse(`${text}`).hits));
  await once(client, "open");
  return { client, told };
}
const last = (told: number[]) => told.at(-1);
const told = (told: number[], hits: number) => vi.waitFor(() => expect(last(told)).toBe(hits), { timeout: 20_000, interval: 50 });

const refusal = (port: number, path: string) =>
  new Promise<number | undefined>((resolve) => {
    const client = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    client.on("error", () => {});
    client.on("unexpected-response", (_, { statusCode }) => resolve(statusCode));
    client.on("open", () => resolve(101));
  });

describe("a link that is looked at", () => {
  it.skipIf(!redisServerPath)("tells its hits on every replica, and each process only of links that somebody looks at there", async () => {
    const [here, there] = [await replica(), await replica()];
    for (const slug of ["looked-at", "other"]) await here.ask("POST", "/v1/links", { url: "https://example.org", slug });
    await here.ask("GET", "/looked-at");
    await vi.waitFor(async () => expect((await bodyOf(await here.ask("GET", "/v1/links/looked-at"))).hits).toBe(1), { timeout: 20_000 });
    const watches = [await watch(here.port, "looked-at"), await watch(there.port, "looked-at"), await watch(there.port, "looked-at")];
    for (const { told: hits } of watches) await told(hits, 1);
    const channels = () => cache!.client.pubsub("CHANNELS", "link-hits:*");
    expect(await channels()).toEqual(["link-hits:looked-at"]);
    for (let hit = 0; hit < 4; hit++) await there.ask("GET", "/looked-at");
    for (const { told: hits } of watches) await told(hits, 5);
    await here.ask("GET", "/other");
    await sleep(1_300);
    for (const { told: hits } of watches) expect(hits).toEqual([...new Set(hits)].sort((a, b) => a - b));
    // The last who looks away ends the subscription.
    for (const { client } of watches) client.close();
    await vi.waitFor(async () => expect(await channels()).toEqual([]), { timeout: 20_000 });
  });

  it.skipIf(!redisServerPath)(
    "goes on telling the process' own hits while Redis hangs, and all afterwards",
    async () => {
      const [here, there] = services as [TestService, TestService];
      await here.ask("POST", "/v1/links", { url: "https://example.org", slug: "steady" });
      const watches = [await watch(here.port, "steady"), await watch(there.port, "steady")] as const;
      await told(watches[1].told, 0);
      cache!.signal("SIGSTOP");
      await here.ask("GET", "/steady");
      await told(watches[0].told, 1);
      expect(last(watches[1].told)).toBe(0);
      const late = await watch(there.port, "steady");
      await told(late.told, 1);
      cache!.signal("SIGCONT");
      await vi.waitFor(
        async () => {
          await here.ask("GET", "/steady");
          await sleep(1_200);
          expect(last(watches[1].told)).toBe(last(watches[0].told));
          expect(last(late.told)).toBe(last(watches[0].told));
        },
        { timeout: 20_000 },
      );
    },
    40_000,
  );

  it("is refused before the upgrade where it can't be told, and then nothing is counted as open", async () => {
    const service = await replica({ webSocketConnectionsMax: 1, redisCache: undefined });
    await service.ask("POST", "/v1/links", { url: "https://example.org", slug: "small" });
    expect(await refusal(service.port, "/v1/links/missing/live")).toBe(404);
    expect((await service.ask("GET", "/v1/links/small/live")).status).toBe(426);
    const { client } = await watch(service.port, "small");
    expect(await refusal(service.port, "/v1/links/small/live")).toBe(503);
    client.close();
    await vi.waitFor(async () => expect(await refusal(service.port, "/v1/links/small/live")).toBe(101), { timeout: 20_000 });
  });

  it("outlives the request's time-out, is measured as a request that ended with 101, and is no request in flight", async () => {
    const service = await replica({ requestTimeoutSeconds: 1, redisCache: undefined });
    await service.ask("POST", "/v1/links", { url: "https://example.org", slug: "long" });
    const { client, told: hits } = await watch(service.port, "long");
    await sleep(2_500);
    await service.ask("GET", "/long");
    await told(hits, 1);
    expect(client.readyState).toBe(WebSocket.OPEN);
    const text = await (await fetch(`${service.internal}/metrics`)).text();
    expect(text).toContain("\nhttp_requests_in_flight 0\n");
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/v1/links/:slug/live",status_code="101"} 1\n');
    expect(text).toContain("\nwebsocket_connections 1\n");
  });

  it("leaves other upgrades alone: they are answered as if they had not been asked for", async () => {
    const { port } = services[0] ?? (await replica({ redisCache: undefined }));
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /openapi.json HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"));
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(`${answer}`).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it("is told to go elsewhere by a drain, which is over well before its deadline", async () => {
    const server = await serverProcess(database, { SHUTDOWN_SECONDS: "16" });
    const created = await fetch(`http://127.0.0.1:${server.port}/v1/links`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ url: "https://example.org", slug: "drained" }),
    });
    expect(created.status).toBe(201);
    const watches = await Promise.all(Array.from({ length: 5 }, () => watch(server.port, "drained")));
    const codes = watches.map(async ({ client }) => ((await once(client, "close")) as [number])[0]);
    const start = performance.now();
    server.child.kill("SIGTERM");
    expect(await Promise.all(codes)).toEqual(Array(5).fill(1001));
    expect(await server.exit, server.output()).toBe(0);
    expect(performance.now() - start).toBeLessThan(8_000);
    expect(server.output()).not.toContain("cut off");
  });
});
