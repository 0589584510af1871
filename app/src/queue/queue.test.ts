import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { roleNames, rolesSql } from "../../../infra/components/postgres/roles.ts";
import { type LocalPostgres, localPostgres, superuser } from "../../local/postgres.ts";
import { silent, type TestService, testConfig, testService } from "../../local/service.ts";
import { type WorkerProcess, workerProcess } from "../../local/worker-process.ts";
import type { PostgresSettings } from "../config/bindings.ts";
import { runMigrations } from "../schema/run.ts";
import { bringQueueSchema } from "./schema.ts";

let postgres: LocalPostgres;
/** As the app logs in: rights on data, none on the schema. */
let login: PostgresSettings;
let service: TestService;
let admin: pg.Client;
const workers: WorkerProcess[] = [];

/** The roles of the component Postgres, without its passwords and without psql. */
function rolesFor(database: string): string {
  return rolesSql(database, { superuser: true })
    .split("\n")
    .filter((line) => line !== "" && !/^\\|^SET |gexec$/.test(line))
    .map((line) => line.replace(/PASSWORD :'password'/, "PASSWORD 'local-only'"))
    .join("\n");
}

beforeAll(async () => {
  postgres = await localPostgres();
  const database = "links";
  const created = await postgres.createDatabase(database);
  admin = new pg.Client({ ...created, password: superuser.password });
  // A test stops the server.
  admin.on("error", () => {});
  await admin.connect();
  for (const role of Object.values(roleNames(database))) await admin.query(`CREATE ROLE ${role}`);
  await admin.query(`ALTER DATABASE ${database} OWNER TO ${database}_owner`);
  await admin.query(rolesFor(database));
  const owner = new pg.Client({ ...created, user: `${database}_owner`, password: superuser.password });
  await owner.connect();
  await runMigrations(owner, { libraries: [bringQueueSchema], log: silent.logger });
  await owner.end();
  login = { ...created, user: `${database}_app_a`, poolMax: 4 };
  // Quick to be tried again: the times are data, the way is the same.
  await admin.query("UPDATE pgboss.queue SET retry_limit = 2, retry_delay = 1, heartbeat_seconds = 10 WHERE name = 'link-statistics'");
  service = await testService(testConfig(login));
});
afterAll(async () => {
  for (const { child } of workers) child.kill("SIGKILL");
  await service?.stop();
  await admin?.end();
  await postgres?.remove();
});

async function start(): Promise<WorkerProcess> {
  const worker = await workerProcess(login);
  workers.push(worker);
  return worker;
}
const createLink = (slug: string) => service.ask("POST", "/v1/links", { url: "https://example.org", slug });
const follow = (slug: string) => service.ask("GET", `/${slug}`);
const statistics = async (slug: string) =>
  (await (await service.ask("GET", `/v1/links/${slug}/statistics`)).json()) as { days: { day: string; hits: number }[] };
const jobs = async (where: string) => (await admin.query(`SELECT name, state::text, retry_count FROM pgboss.job WHERE ${where}`)).rows;
const send = (data: object) =>
  admin.query(
    "INSERT INTO pgboss.job (name, data, retry_limit, retry_delay, dead_letter, heartbeat_seconds, expire_seconds) SELECT name, $1, retry_limit, retry_delay, dead_letter, heartbeat_seconds, expire_seconds FROM pgboss.queue WHERE name = 'link-statistics'",
    [data],
  );
const today = () => new Date().toISOString().slice(0, 10);

describe("the job queue", () => {
  it("belongs to the owner: the service's login works with it and can't change it", async () => {
    const client = new pg.Client({ ...login, password: superuser.password });
    await client.connect();
    for (const statement of [
      "DROP TABLE pgboss.job",
      "ALTER TABLE pgboss.queue ADD COLUMN x int",
      "CREATE TABLE pgboss.x (y int)",
      "CREATE SCHEMA x",
      "DROP SCHEMA pgboss CASCADE",
    ])
      await expect(client.query(statement), statement).rejects.toThrow(/permission denied|must be owner/);
    await client.end();
  });

  it("has the schema that the library expects", async () => {
    const boss = new PgBoss({ ...login, password: superuser.password, migrate: false, supervise: false, schedule: false });
    await boss.start();
    expect(await boss.detectSchemaDrift()).toMatchObject({ ok: true });
    await boss.stop({ graceful: false });
  });

  it("keeps hits for a worker that isn't there yet, and two workers do each job once", async () => {
    await createLink("counted");
    for (let hit = 0; hit < 3; hit++) await follow("counted");
    await vi.waitFor(async () => expect(await jobs("name = 'link-statistics' AND state = 'created'")).not.toEqual([]), { timeout: 20_000, interval: 200 });
    expect((await statistics("counted")).days).toEqual([]);
    const [first, second] = [await start(), await start()];
    for (let hit = 0; hit < 20; hit++) {
      await follow("counted");
      await sleep(150);
    }
    await vi.waitFor(async () => expect((await statistics("counted")).days).toEqual([{ day: today(), hits: 23 }]), { timeout: 20_000, interval: 300 });
    const completed = 'queue_jobs_total{queue="link-statistics",outcome="completed"}';
    const counts = async () => ({
      counted: ((await first.metric(completed)) ?? 0) + ((await second.metric(completed)) ?? 0),
      done: (await jobs("name = 'link-statistics' AND state = 'completed'")).length,
    });
    await vi.waitFor(
      async () => {
        const { counted, done } = await counts();
        expect(counted).toBe(done);
      },
      { timeout: 20_000, interval: 400 },
    );
    expect(await jobs("retry_count > 0")).toEqual([]);
    // In order: whoever is told to stop stops.
    second.child.kill("SIGTERM");
    expect(await second.exit, second.output()).toBe(0);
    expect(second.output()).toContain('"msg":"stopped"');
  });

  it("bears a job that comes twice, late or for a link that is gone", async () => {
    const { rows } = await admin.query("SELECT id FROM links WHERE slug = 'counted'");
    const before = (await statistics("counted")).days;
    for (const [low, high] of [
      [3, 10],
      [3, 10],
      [0, 3],
    ])
      await send({
        payload: {
          day: today(),
          links: [
            [rows[0].id, low, high],
            ["999999", 0, 5],
          ],
        },
      });
    await vi.waitFor(async () => expect(await jobs("name = 'link-statistics' AND state IN ('created', 'active')")).toEqual([]), {
      timeout: 20_000,
      interval: 300,
    });
    expect((await statistics("counted")).days).toEqual(before);
  });

  it("tries a job that fails again, later each time, and lays it aside at last", async () => {
    const worker = workers[0]!;
    await send({ payload: { day: "yesterday", links: [] } });
    await vi.waitFor(async () => expect(await jobs("name = 'dead-letters'")).toHaveLength(1), { timeout: 20_000, interval: 500 });
    expect(await jobs("name = 'link-statistics' AND state = 'failed'")).toEqual([{ name: "link-statistics", state: "failed", retry_count: 2 }]);
    expect(await worker.metric('queue_jobs_total{queue="link-statistics",outcome="retried"}')).toBe(2);
    expect(await worker.metric('queue_jobs_total{queue="link-statistics",outcome="failed"}')).toBe(1);
    await vi.waitFor(async () => expect(await worker.metric('queue_jobs{queue="link-statistics",state="failed"}')).toBe(1), { timeout: 20_000, interval: 500 });
    expect(await worker.metric('queue_jobs{queue="dead-letters",state="waiting"}')).toBe(1);
    expect(await worker.metric('queue_oldest_waiting_seconds{queue="dead-letters"}')).toBeUndefined();
    expect(worker.output()).toContain('"msg":"job given up"');
  });

  it("gives the job of a killed worker to another when its lease is over, and says meanwhile how long jobs wait", async () => {
    const [killed] = workers;
    await createLink("leased");
    // The worker takes the job, and hangs in it.
    await admin.query("BEGIN; LOCK TABLE link_statistics IN ACCESS EXCLUSIVE MODE");
    await follow("leased");
    await vi.waitFor(async () => expect(await jobs("name = 'link-statistics' AND state = 'active'")).toHaveLength(1), { timeout: 20_000, interval: 100 });
    killed!.child.kill("SIGKILL");
    await killed!.exit;
    await admin.query("ROLLBACK");
    await follow("leased");
    await sleep(2_000);
    const heir = await start();
    expect(await heir.metric('queue_jobs{queue="link-statistics",state="active"}')).toBe(1);
    await vi.waitFor(async () => expect((await statistics("leased")).days).toEqual([{ day: today(), hits: 2 }]), { timeout: 50_000, interval: 500 });
    await vi.waitFor(async () => expect(await jobs("name = 'link-statistics' AND state IN ('active', 'created', 'retry')")).toEqual([]), {
      timeout: 50_000,
      interval: 500,
    });
  });

  it("keeps a cron that deletes what is old", async () => {
    expect((await admin.query("SELECT name, cron FROM pgboss.schedule")).rows).toEqual([{ name: "statistics-retention", cron: "17 * * * *" }]);
    const old = "INSERT INTO link_statistics SELECT id, current_date - $1::int, 0, 1 FROM links WHERE slug = 'counted'";
    await admin.query(old, [396]);
    await admin.query(old, [397]);
    await admin.query("INSERT INTO pgboss.job (name, policy) VALUES ('statistics-retention', 'short')");
    await vi.waitFor(
      async () => expect((await admin.query("SELECT current_date - day AS age FROM link_statistics WHERE day < current_date")).rows).toEqual([{ age: 396 }]),
      {
        timeout: 20_000,
        interval: 300,
      },
    );
  });

  it("waits for a database that comes later, and works then", async () => {
    await postgres.stop("immediate");
    const late = workerProcess(login);
    await sleep(2_500);
    await postgres.start();
    const worker = await late;
    workers.push(worker);
    await vi.waitFor(() => expect(worker.output()).toContain('"msg":"working"'));
    expect(worker.child.exitCode).toBe(null);
  });
});
