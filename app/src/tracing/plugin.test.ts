import { Agent, request } from "node:http";
import { Writable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Collector, localCollector } from "../../local/collector.ts";
import { type LocalPostgres, localPostgres } from "../../local/postgres.ts";
import { type LocalRedis, localRedis, redisMissing, redisServerPath } from "../../local/redis.ts";
import { migratedDatabase, testConfig } from "../../local/service.ts";
import type { PostgresSettings } from "../config/bindings.ts";
import type { Config } from "../config/config.ts";
import { type RunningService, startService } from "../lifecycle/start.ts";
import { createLog } from "../log/log.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const callerSpan = "b7ad6b7169203331";
const traceparent = `00-${traceId}-${callerSpan}-01`;

let postgres: LocalPostgres;
let database: PostgresSettings;
let redis: LocalRedis;
let collector: Collector;
const running: RunningService[] = [];
beforeAll(async () => {
  if (!redisServerPath) throw new Error(redisMissing);
  [postgres, redis] = await Promise.all([localPostgres(), localRedis()]);
  database = await migratedDatabase(postgres);
});
afterAll(() => Promise.all([postgres?.remove(), redis?.stop()]));
beforeEach(async () => {
  collector = await localCollector();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()));
  await collector.close();
});

async function service(changes: Partial<Config> = {}, sampleRatio = 1) {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({ write: (line, _, done) => done(void lines.push(JSON.parse(line))) });
  const redisSettings = { host: "127.0.0.1", port: redis.port };
  const config = testConfig(database, {
    redisCache: redisSettings,
    redisState: redisSettings,
    tracing: { disabled: false, endpoint: collector.endpoint, sampleRatio, serviceName: "links" },
    ...changes,
  });
  const started = await startService(config, createLog("info", stream));
  running.push(started);
  const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${started.port}${path}`, { redirect: "manual", ...init });
  const create = (slug: string, headers: Record<string, string> = {}) =>
    ask("/v1/links", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ url: "https://example.org/", slug }),
    });
  /** Sends the body after the headers, so that the handler is called by what arrives later on the connection. */
  const createLate = (slug: string) =>
    new Promise<void>((resolve, reject) => {
      const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
      const sent = request({ port: started.port, host: "127.0.0.1", path: "/v1/links", method: "POST", headers }, (response) =>
        response.resume().on("end", resolve),
      );
      sent.on("error", reject).flushHeaders();
      setTimeout(() => sent.end(JSON.stringify({ url: "https://example.org/", slug })), 50);
    });
  const metrics = async (accept = "*/*") => (await fetch(`http://127.0.0.1:${started.internalPort}/metrics`, { headers: { accept } })).text();
  const stop = () => running.splice(running.indexOf(started), 1)[0]!.stop();
  return { lines, ask, create, createLate, metrics, stop, port: started.port };
}

describe("a traced service", () => {
  it("makes one tree of a request: its span below the caller's, queries and commands below its own", async () => {
    const { create, stop, lines } = await service();
    expect((await create("tree", { traceparent, tracestate: "vendor=x" })).status).toBe(201);
    await stop();
    const [root, ...others] = collector.spans
      .filter(({ name }) => name.startsWith("POST"))
      .concat(collector.spans.filter(({ name }) => !name.startsWith("POST")));
    expect(root).toMatchObject({
      name: "POST /v1/links",
      kind: 2,
      traceId,
      parentSpanId: callerSpan,
      traceState: "vendor=x",
      attributes: { "http.request.method": "POST", "http.route": "/v1/links", "http.response.status_code": 201, "url.path": "/v1/links" },
    });
    expect(others.map(({ name }) => name)).toEqual(["EVALSHA", "links_insert", "SET"]);
    for (const span of others) expect(span).toMatchObject({ traceId, parentSpanId: root!.spanId, kind: 3 });
    expect(others[1]!.attributes).toMatchObject({ "db.system.name": "postgresql", "db.query.summary": "links_insert" });
    expect(lines.find(({ msg }) => msg === "request")).toMatchObject({ trace_id: traceId, span_id: root!.spanId, sampled: true });
  });

  it("tells no query string, value, address or secret", async () => {
    const { ask, create, stop } = await service();
    await create("quiet");
    await ask("/quiet?token=hidden-1", { headers: { authorization: "Bearer hidden-2", "x-forwarded-for": "198.51.100.7" } });
    await stop();
    expect(collector.spans.map(({ name }) => name)).toContain("GET /:slug");
    expect(JSON.stringify(collector.spans)).not.toMatch(/hidden|198\.51|example\.org|SELECT|INSERT/);
  });

  it("names ids in every line of a request, also when it is not sampled and when it has a body", async () => {
    const { createLate, lines, stop } = await service({ postgres: { ...database, slowQueryMilliseconds: 0 } }, 0);
    await createLate("lines");
    await stop();
    const ofRequest = lines.filter(({ msg, query }) => msg === "request" || query === "links_insert");
    expect(ofRequest.map(({ msg }) => msg)).toEqual(["slow query", "request"]);
    expect(ofRequest[0]).toMatchObject({ level: "warn", query: "links_insert", milliseconds: expect.any(Number) });
    for (const line of ofRequest)
      expect(line).toMatchObject({ trace_id: expect.stringMatching(/^[0-9a-f]{32}$/), span_id: expect.stringMatching(/^[0-9a-f]{16}$/), sampled: false });
    expect(new Set(ofRequest.map(({ trace_id }) => trace_id)).size).toBe(1);
    expect(collector.spans).toEqual([]);
    for (const line of lines.filter(({ msg }) => msg === "stopped" || String(msg).startsWith("Server"))) expect(line).not.toHaveProperty("trace_id");
  });

  it("lets no trace leak between requests that share connections", async () => {
    const { port, lines, stop } = await service({ postgres: { ...database, slowQueryMilliseconds: 0 } }, 0);
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const send = (index: number) =>
      new Promise<void>((resolve, reject) => {
        const own = index % 3 === 0 ? {} : { traceparent: `00-${(index + 1).toString(16).padStart(32, "0")}-${callerSpan}-00` };
        const body = JSON.stringify({ url: "https://example.org/", slug: `leak-${index}` });
        const headers = { ...own, "content-type": "application/json", "content-length": `${body.length}`, "x-request-id": `request-${index}` };
        request({ port, host: "127.0.0.1", path: "/v1/links", method: "POST", agent, headers }, (response) => response.resume().on("end", resolve))
          .on("error", reject)
          .end(body);
      });
    await Promise.all(Array.from({ length: 150 }, (_, index) => send(index)));
    agent.destroy();
    await stop();
    const requests = lines.filter(({ msg }) => msg === "request");
    expect(requests).toHaveLength(150);
    for (const { requestId, trace_id } of requests) {
      const index = Number(String(requestId).slice("request-".length));
      if (index % 3 !== 0) expect(trace_id).toBe((index + 1).toString(16).padStart(32, "0"));
    }
    expect(new Set(requests.map(({ trace_id }) => trace_id)).size).toBe(150);
    // Each query's line names the trace of exactly one request.
    const queries = lines.filter(({ msg, query }) => msg === "slow query" && query === "links_insert").map(({ trace_id }) => trace_id);
    expect(queries.sort()).toEqual(requests.map(({ trace_id }) => trace_id).sort());
  });

  it("marks what failed with a status, and a caller's mistake as none", async () => {
    const { ask, stop } = await service({ postgres: { ...database, port: 1 } });
    expect((await ask("/v1/links/absent")).status).toBe(503);
    expect((await ask("/v1/links?limit=wrong")).status).toBe(400);
    await stop();
    const byStatus = (status: number) => collector.spans.find(({ attributes }) => attributes["http.response.status_code"] === status);
    expect(byStatus(503)).toMatchObject({ status: { code: 2 }, attributes: { "error.type": "503" } });
    expect(collector.spans.find(({ name }) => name === "links_find")).toMatchObject({ status: { code: 2 }, attributes: { "error.type": "ECONNREFUSED" } });
    expect(byStatus(400)).toMatchObject({ status: { code: 0 } });
  });

  it("answers as quickly while the collector hangs, and ends in time", async () => {
    collector.behavior = "hangs";
    const { ask, create, metrics, stop, lines } = await service();
    await create("hang");
    let longest = 0;
    // Three spans each, which is more than the queue and the batch under way hold.
    for (let turn = 0; turn < 50; turn++) {
      const start = performance.now();
      await Promise.all(Array.from({ length: 20 }, () => ask("/hang")));
      longest = Math.max(longest, performance.now() - start);
    }
    // On a machine so slow that a batch is given up meanwhile, that one makes room.
    const dropped = async () =>
      [...(await metrics()).matchAll(/tracing_spans_dropped_total\{reason="(?:queue-full|timeout)"\} (\d+)/g)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    await expect.poll(dropped, { timeout: 3_000 }).toBeGreaterThan(300);
    // No request waited for what hangs, which is given up after 5 s.
    expect(longest).toBeLessThan(4_000);
    const start = performance.now();
    await stop();
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(lines.find(({ msg }) => String(msg).startsWith("spans are lost"))).toMatchObject({ level: "warn", spans: expect.any(Number) });
  });

  it("gives a sampled request's duration an exemplar, and no other's", async () => {
    const { ask, metrics } = await service({}, 0);
    await ask("/absent-1");
    await ask("/absent-2", { headers: { traceparent } });
    const exemplars = (await metrics("application/openmetrics-text")).match(/http_request_duration_seconds_bucket.* # .*/g);
    expect(exemplars).toEqual([expect.stringContaining(`# {trace_id="${traceId}"}`)]);
  });

  it("has no ids at all when tracing is off", async () => {
    const { ask, stop, lines } = await service({ tracing: { disabled: true, endpoint: collector.endpoint, sampleRatio: 1, serviceName: "links" } });
    await ask("/off", { headers: { traceparent } });
    await stop();
    expect(lines.find(({ msg }) => msg === "request")).not.toHaveProperty("trace_id");
    expect(collector.spans).toEqual([]);
  });
});
