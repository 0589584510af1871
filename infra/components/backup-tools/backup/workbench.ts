import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalServer, localServer } from "../restore/local-server.ts";
import { runSql } from "../restore/sql.ts";
import { type StoreWorkbench, startStore, testBucket } from "../store/workbench.ts";

/** For tests: a real server with a service's tables, a store, and the program as a pod runs it. */
export interface BackupWorkbench {
  local: LocalServer;
  bench: StoreWorkbench;
  /** Starts the program; `change` replaces variables. */
  start(change?: NodeJS.ProcessEnv): RunningBackup;
  /** Keys in the store below the database's folder. */
  stored(): string[];
  close(): Promise<void>;
}

export interface RunningBackup {
  child: ChildProcess;
  ended: Promise<{ code: number | null; log: string }>;
}

/** A page of each row of `wide` is all but empty, so that a table of 70 MB, which gets a stream of its own, has few rows. */
const tables = `
  CREATE TABLE schema_migrations (name text); INSERT INTO schema_migrations VALUES ('0001_links'), ('0002_hits');
  CREATE TABLE links (slug text PRIMARY KEY, url text NOT NULL); INSERT INTO links SELECT 's' || n, 'https://example.org/' || n FROM generate_series(1, 500) n;
  CREATE TABLE hits (id bigserial PRIMARY KEY, slug text NOT NULL REFERENCES links); INSERT INTO hits (slug) SELECT 's' || 1 + n % 500 FROM generate_series(1, 3000) n;
  CREATE TABLE wide (id int PRIMARY KEY, text text) WITH (fillfactor = 10); INSERT INTO wide SELECT n, repeat(md5(n::text), 20) FROM generate_series(1, 9000) n;
  CREATE SCHEMA "Odd ""Name"; CREATE TABLE "Odd ""Name"."T*able" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); INSERT INTO "Odd ""Name"."T*able" DEFAULT VALUES;
  CREATE ROLE links_backup LOGIN PASSWORD 'it''s: a \\ secret'; GRANT pg_read_all_data TO links_backup; GRANT CONNECT ON DATABASE links TO links_backup;`;

export async function startWorkbench(): Promise<BackupWorkbench> {
  const [local, bench] = await Promise.all([localServer(), startStore()]);
  await runSql(local.admin, "links", tables);
  const folder = mkdtempSync(join(tmpdir(), "slipway-backup-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const keys = { WRITER: "writer", READER: "reader" };
  for (const name of Object.values(keys)) {
    mkdirSync(join(folder, name));
    file(join(name, "access-key-id"), name);
    file(join(name, "secret-access-key"), "s3cret-of-the-store");
  }
  const environment = {
    BUCKET: testBucket,
    ENDPOINT: bench.endpoint,
    EXPIRE_DAYS: "7",
    PASSWORD_FILE: file("password", "it's: a \\ secret\n"),
    PATH: local.admin.PATH,
    PGDATABASE: "links",
    PGHOST: local.admin.PGHOST,
    PGPORT: local.admin.PGPORT,
    PGUSER: "links_backup",
    PREFIX: "backups",
    READER_ACCESS_KEY_DIRECTORY: join(folder, keys.READER),
    REGION: "eu-central-1",
    SCHEMA_VERSION_QUERY: "SELECT max(name) FROM schema_migrations",
    SCRATCH: folder,
    WRITER_ACCESS_KEY_DIRECTORY: join(folder, keys.WRITER),
  };
  return {
    local,
    bench,
    start: (change) => run({ ...environment, ...change }),
    stored: () => [...bench.objects.keys()].sort().map((key) => key.replace("backups/links/", "")),
    close: async () => {
      await Promise.all([local.stop(), bench.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(env: NodeJS.ProcessEnv): RunningBackup {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], { env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (log += text));
  return { child, ended: once(child, "close").then(([code]) => ({ code: code as number | null, log })) };
}
