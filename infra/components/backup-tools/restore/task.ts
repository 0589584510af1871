import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, clientEnvironment, connectionFrom } from "../connection.ts";
import { type ChunkKey, readChunkKey } from "../format/encryption.ts";
import { report } from "../report.ts";
import { bucketSettings, readerStore } from "../store/from-environment.ts";
import { output } from "../subprocess.ts";
import type { Catalogue } from "./catalogue.ts";
import { maintenance } from "./databases.ts";
import { askSql, type Server } from "./sql.ts";

/** What a run of the program works with. */
export interface Task {
  catalogue: Catalogue;
  /** The database in use. */
  database: string;
  server: Server;
  scratch: string;
  parallel: number;
  key?: ChunkKey;
  /** Gives the schema's version as one value. */
  schemaVersionQuery?: string;
}

/** Reads the database's, the bucket's and its own variables: SCRATCH, PARALLEL, ENCRYPTION_KEY_FILE and SCHEMA_VERSION_QUERY. */
export async function taskFrom(environment: NodeJS.ProcessEnv): Promise<Task> {
  const connection: Connection = connectionFrom(environment);
  const { prefix } = bucketSettings(environment);
  const scratch = environment.SCRATCH ?? "/tmp";
  mkdirSync(scratch, { recursive: true });
  return {
    catalogue: { store: readerStore(environment), prefix, database: connection.database },
    database: connection.database,
    server: clientEnvironment(connection, scratch),
    scratch,
    parallel: Number(environment.PARALLEL ?? "2"),
    key: environment.ENCRYPTION_KEY_FILE ? await readChunkKey(environment.ENCRYPTION_KEY_FILE) : undefined,
    schemaVersionQuery: environment.SCHEMA_VERSION_QUERY || undefined,
  };
}

/** A task whose server answers. */
export async function openTask(environment: NodeJS.ProcessEnv): Promise<Task> {
  const task = await taskFrom(environment);
  // Before the first wait: a store or a server that is silent would leave an empty log.
  report(`database ${task.database} at ${environment.PGHOST}, bucket ${environment.BUCKET} at ${environment.ENDPOINT}`);
  await serverAnswers(task.server);
  return task;
}

/** Waits until the server answers: it may be recovering from a crash, and a new pod's first packets may not pass its network policy. */
export async function serverAnswers(server: Server, attempts = 120): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await askSql(server, maintenance, "SELECT 1;");
      return;
    } catch (error) {
      if (attempt >= attempts || /password authentication failed/.test((error as Error).message)) throw error;
      await sleep(1000);
    }
  }
}

/** Versions of the server and of the programs at hand, as Postgres numbers them. */
export async function versions(server: Server): Promise<{ serverVersion: number; clientVersion: number }> {
  const serverVersion = await askSql<number>(server, maintenance, "SELECT current_setting('server_version_num')::int;");
  const [, major, minor] = /(\d+)\.(\d+)/.exec(await output("pg_restore", ["--version"], server)) ?? [];
  return { serverVersion: serverVersion!, clientVersion: Number(major) * 10_000 + Number(minor) };
}
