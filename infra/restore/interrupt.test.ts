import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databasesOf } from "../components/backup-tools/restore/databases.ts";
import { LocalStore, takeBackup } from "../components/backup-tools/restore/local-backup.ts";
import { type LocalServer, localServer, postgresPrograms } from "../components/backup-tools/restore/local-server.ts";
import { askSql, runSql } from "../components/backup-tools/restore/sql.ts";
import { type StoreWorkbench, startStore, testBucket } from "../components/backup-tools/store/workbench.ts";
import { type LocalCluster, localCluster } from "./local-cluster.ts";

const available = postgresPrograms() !== undefined;
if (!available) console.warn("interrupt.test.ts is skipped: this machine has no initdb and pg_restore; install PostgreSQL 15 or newer.");

const id = "2026-11-21T03-17-00Z-x7k2p";
const restored = "links_restored_20261121t031700";
let local: LocalServer;
let store: StoreWorkbench;
let cluster: LocalCluster;

/** What a test that fails leaves running would fail the next ones. */
const begun: ChildProcess[] = [];

interface Command {
  child: ChildProcess;
  shown: () => string;
  /** Ctrl-C as a terminal gives it: to every process in front, and by an impatient hand twice. */
  interrupt: () => void;
  ended: Promise<number | null>;
}

/** `npm run restore`, as a person has it in a terminal. */
function restore(args: string[], answer?: string): Command {
  const child = spawn(process.execPath, [join(import.meta.dirname, "cli.ts"), "--namespace", "links-dev", ...args], {
    env: { ...process.env, KUBECONFIG: cluster.kubeconfig },
    detached: true,
    stdio: "pipe",
  });
  begun.push(child);
  let shown = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (shown += text));
  if (answer !== undefined) child.stdin.write(`${answer}\n`);
  const interrupt = () => {
    process.kill(-child.pid!, "SIGINT");
    process.kill(-child.pid!, "SIGINT");
  };
  return { child, shown: () => shown, interrupt, ended: once(child, "close").then(([code]) => code as number | null) };
}

async function until(what: string, asked: () => unknown, seconds = 40): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await asked()); await sleep(20)) if (Date.now() > end) throw new Error(`waited ${seconds} s for: ${what}`);
}

const names = async () =>
  (await askSql<string[]>(local.admin, "postgres", "SELECT json_agg(datname ORDER BY datname) FROM pg_database WHERE datname ~ '^links';"))!;
const rowsOf = (database: string) => askSql<number>(local.admin, database, "SELECT count(*) FROM links;");
/** A session of a superuser that stays open. */
async function session(database: string, sql: string): Promise<ChildProcess> {
  const psql = spawn("psql", ["--no-psqlrc", "--quiet"], { env: { ...local.admin, PGDATABASE: database }, stdio: ["pipe", "pipe", "inherit"] });
  begun.push(psql);
  psql.stdin.write(`${sql}\n\\echo there\n`);
  await once(psql.stdout, "data");
  return psql;
}

const backendOf = (statement: string) =>
  askSql<number>(
    local.admin,
    "postgres",
    `SELECT pid FROM pg_stat_activity WHERE query LIKE '${statement}%' AND state = 'active' AND pid <> pg_backend_pid() LIMIT 1;`,
  );

describe.skipIf(!available)("Ctrl-C", () => {
  beforeAll(async () => {
    [local, store] = await Promise.all([localServer(), startStore()]);
    await runSql(
      local.admin,
      "links",
      "SET ROLE links_owner; CREATE TABLE links (slug text PRIMARY KEY); INSERT INTO links SELECT 's' || n FROM generate_series(1, 500) n;",
    );
    const taken = new LocalStore();
    await takeBackup(taken, local.admin, id);
    for (const [key, body] of taken.content) store.objects.set(key, body);
    await runSql(local.admin, "links", "DELETE FROM links WHERE slug NOT IN ('s1', 's2');");
    const folder = mkdtempSync(join(tmpdir(), "slipway-interrupt-"));
    mkdirSync(join(folder, "key"));
    for (const [name, text] of Object.entries({ password: "only for a test", "key/access-key-id": "reader", "key/secret-access-key": "secret" })) {
      writeFileSync(join(folder, name), text);
    }
    const { PATH, PGHOST, PGPORT } = local.server;
    cluster = await localCluster({
      ...{ PATH, PGHOST, PGPORT, PGUSER: "links_restore", PGDATABASE: "links", PASSWORD_FILE: join(folder, "password"), SCRATCH: join(folder, "scratch") },
      ...{ BUCKET: testBucket, ENDPOINT: store.endpoint, REGION: "eu-central-1", PREFIX: "backups", READER_ACCESS_KEY_DIRECTORY: join(folder, "key") },
    });
  });
  afterAll(async () => {
    await cluster?.close();
    await Promise.all([local?.stop(), store?.close()]);
  });
  beforeEach(() => {
    cluster.before = () => undefined;
    store.fault = () => false;
  });
  afterEach(async () => {
    for (const child of begun.splice(0)) child.kill("SIGKILL");
    for (const pod of cluster.pods()) await cluster.remove(pod);
    for (const { name } of await databasesOf(local.server, "links"))
      if (name !== "links") await runSql(local.admin, "postgres", `DROP DATABASE "${name}" WITH (FORCE);`);
    expect(await names()).toEqual(["links"]);
  });

  /** A pod whose Job is deleted takes a moment to end. */
  const nothingRunsOn = () => until("the end of every pod", () => cluster.pods().length === 0);

  /** The same step once more, to its end. */
  async function again(args: string[], answer = "no"): Promise<string> {
    cluster.before = () => undefined;
    store.fault = () => false;
    const command = restore(args, answer);
    expect(await command.ended, command.shown()).toBe(0);
    await nothingRunsOn();
    return command.shown();
  }

  async function endsWith(command: Command, message: RegExp): Promise<void> {
    expect(await command.ended, command.shown()).toBe(130);
    expect(command.shown()).toMatch(message);
    await nothingRunsOn();
  }

  test.each<[string, (key: string) => boolean]>([
    ["the list", (key) => key === ""],
    ["a manifest", (key) => key.includes("/manifests/")],
  ])("while %s is read changes nothing", async (_, held) => {
    let asked = false;
    store.fault = (__, ___, key) => {
      asked ||= held(key);
      return held(key);
    };
    const command = restore(["--to", id]);
    await until("the store is asked", () => asked);
    command.interrupt();
    await endsWith(command, /Nothing was changed\.\nOnce more: npm run restore -- --namespace links-dev --to 2026-11-21T03-17-00Z-x7k2p\n$/);
    expect(await names()).toEqual(["links"]);
  });

  test.each([
    ["the schema", "/schema/"],
    ["rows", "/data-rest/"],
  ])("while %s come in leaves no database, and the same command brings it", async (_, stream) => {
    let asked = false;
    store.fault = (__, ___, key) => {
      asked ||= key.includes(stream);
      return key.includes(stream);
    };
    const command = restore(["--to", id]);
    await until("the stream is asked for", () => asked);
    expect(await names()).toEqual(["links", restored]);
    command.interrupt();
    await endsWith(command, /What was restored so far is taken away\.\nOnce more: npm run restore -- --namespace links-dev --to 2026-11-21T03-17-00Z-x7k2p\n$/);
    expect(await names()).toEqual(["links"]);
    expect(await again(["--to", id])).toMatch(/Nothing was switched\./);
    expect(await rowsOf(restored)).toBe(500);
  });

  test("while the database is made leaves none", async () => {
    // The server's process is held just when it makes it: without that the moment is a few hundredths of a second.
    const lock = await session("postgres", "BEGIN; COMMENT ON DATABASE template0 IS 'held';");
    const command = restore(["--to", id]);
    await until("the database is being made", () => backendOf("CREATE DATABASE"));
    const backend = (await backendOf("CREATE DATABASE"))!;
    process.kill(backend, "SIGSTOP");
    lock.stdin!.end("ROLLBACK;\n");
    await once(lock, "close");
    command.interrupt();
    await Promise.race([command.ended, sleep(3000)]);
    process.kill(backend, "SIGCONT");
    await endsWith(command, /What was restored so far is taken away\./);
    await until("the server's process has ended", async () => (await backendOf("CREATE DATABASE")) === undefined);
    expect(await names()).toEqual(["links"]);
  });

  test("while a pod is looked for does not follow it to its end", async () => {
    let asked = false;
    store.fault = (_, __, key) => key.includes("/data-rest/");
    const command = restore(["--to", id]);
    cluster.before = async (request) => {
      if (asked || !/^GET .*pods\?.*restore-beside/.test(request)) return;
      asked = true;
      command.interrupt();
      await sleep(500);
    };
    await Promise.race([command.ended, sleep(30_000)]);
    await endsWith(command, /What was restored so far is taken away\./);
    expect(await names()).toEqual(["links"]);
  });

  test("at the question switches nothing, and the restored database waits", async () => {
    const command = restore(["--to", id]);
    await until("the question", () => command.shown().includes("Type links to put"));
    command.interrupt();
    await endsWith(command, /Nothing was switched\.\nGo on: npm run restore -- --namespace links-dev --switch links_restored_20261121t031700\n+$/);
    expect(await again(["--switch", restored], "links")).toMatch(/Database links is now what links_restored_20261121t031700 was/);
    expect(await rowsOf("links")).toBe(500);
    const kept = (await names()).find((name) => name.startsWith("links_before_"))!;
    await again(["--switch", kept], "links");
  });

  test("while sessions are ended for the switch leaves both databases whole under their names", async () => {
    await again(["--to", id]);
    // A superuser's session can't be ended by the restore's login, so the rename waits for it.
    const other = await session("links", "SELECT 1;");
    const command = restore(["--switch", restored], "links");
    await until("the rename waits", () => backendOf("ALTER DATABASE"));
    command.interrupt();
    await endsWith(command, /The switch has happened whole or not at all; the list says which: npm run restore -- --namespace links-dev\n/);
    other.stdin!.end();
    await once(other, "close");
    await until("the server's process has ended", async () => (await backendOf("ALTER DATABASE")) === undefined);
    expect([await names(), await rowsOf("links")]).toEqual([["links", restored], 2]);
    await again(["--switch", restored], "links");
    expect(await rowsOf("links")).toBe(500);
    const kept = (await names()).find((name) => name.startsWith("links_before_"))!;
    await again(["--switch", kept], "links");
  });

  test("an API server that is gone meanwhile is no reason to say that all was taken away", async () => {
    let asked = false;
    store.fault = (_, __, key) => {
      asked ||= key.includes("/data-rest/");
      return key.includes("/data-rest/");
    };
    const command = restore(["--to", id]);
    await until("the stream is asked for", () => asked);
    cluster.before = (request) => {
      if (request.startsWith("DELETE")) throw new Error("away");
    };
    command.interrupt();
    expect(await command.ended).toBe(130);
    const job = cluster.pods()[0]!;
    expect(command.shown()).toMatch(new RegExp(`Job ${job} .*kubectl --namespace links-dev delete job ${job}`));
    expect(command.shown()).not.toMatch(/is taken away\.\n/);
    cluster.before = () => undefined;
    await cluster.remove(job);
  });

  test("the rest of a pod that was killed stands in the list, and goes", async () => {
    await runSql(local.server, "postgres", `CREATE DATABASE ${restored} OWNER links_owner;`);
    expect(await again([])).toMatch(new RegExp(`${restored} .*rest of a restore`));
    await again(["--drop", restored]);
    expect(await names()).toEqual(["links"]);
  });
});
