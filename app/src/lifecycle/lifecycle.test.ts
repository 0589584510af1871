import { spawnSync } from "node:child_process";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalPostgres, localPostgres } from "../../local/postgres.ts";
import { type ServerProcess, serverProcess } from "../../local/server-process.ts";
import { migratedDatabase } from "../../local/service.ts";
import type { PostgresSettings } from "../config/bindings.ts";

let postgres: LocalPostgres;
let database: PostgresSettings;

beforeAll(async () => {
  postgres = await localPostgres();
  database = await migratedDatabase(postgres);
});
afterAll(() => postgres?.remove());

const query = async (sql: string) => {
  const client = new pg.Client({ ...database, password: database.password?.() });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
};

/** Asks over a keep-alive connection; gives the status, or the error's code. */
function ask(agent: Agent, port: number, path: string): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode!));
    });
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end();
  });
}

/** Forty connections that are kept alive and always busy, until `until`. */
async function load(server: ServerProcess, until: () => boolean): Promise<Map<number | string, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 40 });
  const answers = new Map<number | string, number>();
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      while (!until()) {
        const answer = await ask(agent, server.port, "/kept");
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        await sleep(2);
      }
    }),
  );
  agent.destroy();
  return answers;
}

// At the same time: most of each test is waiting.
describe.concurrent("the process", () => {
  it("drains under load without a failed request or a lost hit, and ends as soon as it is idle", async () => {
    await query("INSERT INTO links (slug, url) VALUES ('kept', 'https://example.org')");
    const server = await serverProcess(database, { DRAIN_DELAY_SECONDS: "2", SHUTDOWN_SECONDS: "20" });
    let signaled = 0;
    const running = load(server, () => signaled > 0 && performance.now() - signaled > 1_000);
    await sleep(700);
    signaled = performance.now();
    server.child.kill("SIGTERM");
    // Connections are to go elsewhere between two requests, while the port is still open.
    expect((await fetch(`http://127.0.0.1:${server.port}/v1/links/kept`)).headers.get("connection")).toBe("close");
    // A row lock makes this request slow: it is under way when the port closes, and must be answered all the same.
    await sleep(1_200);
    const locker = new pg.Client({ ...database, password: database.password?.() });
    await locker.connect();
    await locker.query("BEGIN; LOCK TABLE links IN ACCESS EXCLUSIVE MODE");
    const slow = ask(new Agent(), server.port, "/v1/links/kept");
    expect((await fetch(`http://127.0.0.1:${server.internalPort}/health/ready`)).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${server.internalPort}/health/live`)).status).toBe(200);
    await sleep(1_300);
    await locker.query("COMMIT");
    await locker.end();
    expect(await slow).toBe(200);
    const answers = await running;
    expect([...answers.keys()]).toEqual([302]);
    expect(await server.exit, server.output()).toBe(0);
    // Delay 2 s and the slow request, and not the 72 s for which idle connections would otherwise be kept.
    expect(performance.now() - signaled).toBeLessThan(5_000);
    expect(await query("SELECT hits::int FROM links WHERE slug = 'kept'")).toEqual([{ hits: answers.get(302) }]);
    expect(server.output()).toContain('"msg":"stopped"');
  });

  it("closes connections that were opened and never used", async () => {
    const server = await serverProcess(database);
    const silent = Array.from({ length: 5 }, () => connect(server.port, "127.0.0.1"));
    for (const socket of silent) socket.on("error", () => {});
    await sleep(200);
    const start = performance.now();
    server.child.kill("SIGTERM");
    expect(await server.exit).toBe(0);
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  it("cuts off what is slower than SHUTDOWN_SECONDS, says so, and still ends in order", async () => {
    const server = await serverProcess(database, { REQUEST_TIMEOUT_SECONDS: "1", SHUTDOWN_SECONDS: "2" });
    const socket = connect(server.port, "127.0.0.1", () =>
      socket.write("POST /v1/links HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"),
    );
    socket.on("error", () => {});
    await sleep(200);
    server.child.kill("SIGTERM");
    expect(await server.exit).toBe(0);
    expect(server.output()).toContain("requests were cut off");
  });

  it("exits 1 at the second signal", async () => {
    const server = await serverProcess(database, { DRAIN_DELAY_SECONDS: "60" });
    server.child.kill("SIGTERM");
    await sleep(300);
    server.child.kill("SIGTERM");
    expect(await server.exit).toBe(1);
    expect(server.output()).toContain("second signal");
  });

  it("tells a mistake in its configuration without a stack, and exits 1", () => {
    const program = fileURLToPath(new URL("../server.ts", import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [program], { env: { PORT: "0" }, encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toContain('PORT: "0" is no port; give a whole number from 1 to 65535.');
    expect(stderr).toContain("POSTGRES_HOST: is not set");
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
