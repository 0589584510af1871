import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LocalServer, localServer, postgresPrograms } from "../../infra/components/backup-tools/restore/local-server.ts";
import { runSql } from "../../infra/components/backup-tools/restore/sql.ts";
import { type StoreWorkbench, startStore, testBucket } from "../../infra/components/backup-tools/store/workbench.ts";
import { serverSettings } from "../../infra/components/postgres/configuration.ts";
import { fillDatabase, schemaVersionQuery } from "./dataset.ts";
import { account } from "./pod-program.ts";
import type { Bench } from "./run-bench.ts";

/** A filled database and a store in memory, as the programs of a service's backups find them. */
export interface Service {
  local: LocalServer;
  store: StoreWorkbench;
  databaseBytes: number;
  /** What each program is told of its bucket. */
  bucket: NodeJS.ProcessEnv;
  /** What a program is told of the database, by that login. */
  database(user: string): NodeJS.ProcessEnv;
  /** A folder that a program may write to. */
  writable(name: string): string;
}

export const prefix = "backups";

/** Starts both, the server as durable and tuned as production's with 1Gi: what skips fsync would prove nothing. */
export async function startService(bench: Bench, megabytes: number): Promise<Service> {
  if (!postgresPrograms()) throw new Error("no PostgreSQL on this machine; on Debian: apt-get install postgresql");
  const local = await localServer(Object.entries(serverSettings("1Gi", 100)).map(([name, value]) => `${name}=${value}`));
  bench.atEnd(local.stop);
  const store = await startStore();
  bench.atEnd(store.close);
  await runSql(
    local.admin,
    "links",
    "CREATE ROLE links_backup LOGIN PASSWORD 'only for a test'; GRANT pg_read_all_data TO links_backup; GRANT CONNECT ON DATABASE links TO links_backup;",
  );
  const { databaseBytes } = await fillDatabase(local.admin, megabytes);
  const writable = (name: string) => writableFolder(bench, name);
  const password = join(bench.folder, "password");
  writeFileSync(password, "only for a test");
  return {
    local,
    store,
    databaseBytes,
    bucket: bucketEnvironment(bench, store.endpoint),
    database: (user) => ({
      PASSWORD_FILE: password,
      PATH: local.admin.PATH,
      PGDATABASE: "links",
      PGHOST: local.admin.PGHOST,
      PGPORT: local.admin.PGPORT,
      PGUSER: user,
      SCHEMA_VERSION_QUERY: schemaVersionQuery,
    }),
    writable,
  };
}

/** What a program is told of a store. */
export function bucketEnvironment(bench: Bench, endpoint: string): NodeJS.ProcessEnv {
  const keys = join(bench.folder, "keys");
  mkdirSync(keys);
  for (const [name, text] of Object.entries({ "access-key-id": "bench", "secret-access-key": "only for a test" })) writeFileSync(join(keys, name), text);
  return {
    BUCKET: testBucket,
    ENDPOINT: endpoint,
    PREFIX: prefix,
    READER_ACCESS_KEY_DIRECTORY: keys,
    REGION: "eu-central-1",
    WRITER_ACCESS_KEY_DIRECTORY: keys,
  };
}

function writableFolder(bench: Bench, name: string): string {
  const path = join(bench.folder, name);
  mkdirSync(path, { recursive: true });
  if (account.uid) chownSync(path, account.uid, account.gid);
  return path;
}
