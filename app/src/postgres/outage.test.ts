import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalPostgres, localPostgres, superuser } from "../../local/postgres.ts";
import { migratedDatabase, type TestService, testConfig, testService } from "../../local/service.ts";
import type { PostgresSettings } from "../config/bindings.ts";

let server: LocalPostgres;
let database: PostgresSettings;
let service: TestService;

beforeAll(async () => {
  server = await localPostgres();
  database = await migratedDatabase(server);
  service = await testService(testConfig(database));
});
afterAll(async () => {
  await service?.stop();
  await server?.remove();
});

const ready = async () => (await fetch(`${service.internal}/health/ready`)).status;

async function timed<T>(work: () => Promise<T>) {
  const start = performance.now();
  return { result: await work(), milliseconds: performance.now() - start };
}

describe("while Postgres", () => {
  it("is down, requests fail at once and as 503, what is cached still redirects, and all is well again afterwards", async () => {
    await service.ask("POST", "/v1/links", { url: "https://example.org/cached", slug: "cached" });
    expect((await service.ask("GET", "/cached")).status).toBe(302);
    expect(await ready()).toBe(200);
    await server.stop("immediate");

    const { result, milliseconds } = await timed(() => service.ask("POST", "/v1/links", { url: "https://example.org" }));
    expect(result.status).toBe(503);
    expect(milliseconds).toBeLessThan(1_000);
    expect(result.headers.get("retry-after")).toBe("2");
    expect(result.headers.get("content-type")).toBe("application/problem+json");
    expect(await result.json()).toMatchObject({ type: "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity", status: 503 });
    expect((await service.ask("GET", "/not-cached")).status).toBe(503);
    expect((await service.ask("GET", "/cached")).status).toBe(302);
    await expect.poll(ready, { timeout: 20_000 }).toBe(503);
    expect((await fetch(`${service.internal}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${service.internal}/metrics`)).text()).toContain('dependency_up{dependency="postgres"} 0');

    await server.start();
    await expect.poll(ready, { timeout: 20_000 }).toBe(200);
    expect((await service.ask("POST", "/v1/links", { url: "https://example.org" })).status).toBe(201);
    const hits = async () => ((await (await service.ask("GET", "/v1/links/cached")).json()) as { hits: number }).hits;
    await expect.poll(hits, { timeout: 20_000 }).toBe(2);
  });

  it("hangs, no request waits longer than the time-out, and later ones not at all", async () => {
    const pid = server.pid;
    const backends = await children();
    for (const process_ of [pid, ...backends]) process.kill(process_, "SIGSTOP");
    try {
      const first = await timed(() => Promise.all(Array.from({ length: 8 }, (_, index) => service.ask("GET", `/hanging-${index}`))));
      expect(first.result.map(({ status }) => status)).toEqual(Array(8).fill(503));
      expect(first.milliseconds).toBeLessThan(4_500);
      const then = await timed(() => service.ask("GET", "/hanging"));
      expect(then.result.status).toBe(503);
      expect(then.milliseconds).toBeLessThan(300);
      expect((await service.ask("GET", "/cached")).status).toBe(302);
    } finally {
      for (const process_ of [...backends, pid]) process.kill(process_, "SIGCONT");
    }
    await expect.poll(ready, { timeout: 20_000 }).toBe(200);
  });
});

/** Server processes of the connections that are open. */
async function children(): Promise<number[]> {
  const client = new pg.Client({ ...database, password: database.password?.() });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  await client.end();
  return rows.map(({ pid }) => pid);
}

describe("a rotated password", () => {
  it("is followed from its file, by new connections, without a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "links-rotation-"));
    const file = join(folder, "password");
    const admin = new pg.Client({ ...superuser, host: "127.0.0.1", port: server.port, database: database.database });
    await admin.connect();
    await admin.query("CREATE ROLE links_app_a LOGIN PASSWORD 'old'; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO links_app_a");
    writeFileSync(file, "old\n");
    const { readConfig } = await import("../config/config.ts");
    const { postgres } = readConfig({
      POSTGRES_HOST: "127.0.0.1",
      POSTGRES_PORT: `${server.port}`,
      POSTGRES_DATABASE: database.database,
      POSTGRES_USERNAME: "links_app_a",
      POSTGRES_PASSWORD_FILE: file,
    });
    const rotating = await testService(testConfig(postgres));
    expect((await rotating.ask("GET", "/v1/links")).status).toBe(200);
    await admin.query("ALTER ROLE links_app_a PASSWORD 'new'");
    writeFileSync(file, "new\n");
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'links_app_a'");
    await expect.poll(async () => (await rotating.ask("GET", "/v1/links")).status, { timeout: 20_000 }).toBe(200);
    await rotating.stop();
    await admin.end();
    rmSync(folder, { recursive: true });
  });
});
