import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { report } from "../report.ts";
import { output } from "../subprocess.ts";
import type { DumpSource } from "./dump-source.ts";
import { askSql, feed, identifier, runSql, type Server } from "./sql.ts";

export interface DumpRestore {
  source: DumpSource;
  /** The server, and a login that may make everything in the database. */
  server: Server;
  /** An empty database that is there already. */
  database: string;
  /** Role that everything is made as, and so belongs to. Defaults to the login. */
  owner?: string;
  /** A directory for the schema, which is small. */
  scratch: string;
  /** Streams, and then indexes, at a time. */
  parallel: number;
  /** Leaves out who may do what: for a server that has none of the roles. Defaults to false. */
  withoutRights?: boolean;
}

/** Seconds that each phase took. Rows are fetched while they are restored, so there is no phase for fetching alone. */
export interface RestorePhases {
  schema: number;
  data: number;
  indexes: number;
  analyze: number;
}

/**
 * Brings a dump into an empty database: tables, then their rows from several streams at once straight from the source, then indexes,
 * constraints and triggers, which are made faster and checked once when the rows are there. Any program that does not end well,
 * and any chunk that is not the one that was stored, ends it with an error; what is in the database then is not a restore.
 */
export async function restoreDump(restore: DumpRestore): Promise<RestorePhases> {
  const { source, database, parallel } = restore;
  const environment = { ...restore.server, PGDATABASE: database, PGOPTIONS: sessionOptions(restore.owner) };
  const directory = await mkdtemp(join(restore.scratch, "restore-"));
  try {
    const schema = join(directory, "schema");
    const phases = { schema: 0, data: 0, indexes: 0, analyze: 0 };
    const contents = join(directory, "contents");
    const rights = restore.withoutRights ? ["--no-privileges"] : [];
    const pgRestore = (...args: string[]) =>
      output("pg_restore", [...always, ...rights, `--dbname=${database}`, `--use-list=${contents}`, ...args, schema], environment);

    phases.schema = await seconds(async () => {
      await writeFile(schema, source.schema());
      await writeFile(contents, ownEntries(await output("pg_restore", ["--list", schema], environment)));
      await makeRoomForSchemas(restore.server, database, environment);
      await pgRestore("--section=pre-data");
    });
    report(`restored the schema in ${phases.schema.toFixed(1)} s`);
    phases.data = await seconds(() => restoreStreams(restore, environment));
    report(`restored ${source.streams.reduce((sum, { bytes }) => sum + bytes, 0)} bytes of rows in ${phases.data.toFixed(1)} s`);
    phases.indexes = await seconds(async () => {
      await pgRestore("--section=post-data", `--jobs=${parallel}`);
      await refreshViews(environment, database);
    });
    report(`made indexes and constraints in ${phases.indexes.toFixed(1)} s`);
    // Without it the planner knows nothing of the tables until autovacuum comes by: the first minutes would be slow ones.
    phases.analyze = await seconds(async () => void (await runSql(environment, database, "ANALYZE;")));
    report(`gathered statistics in ${phases.analyze.toFixed(1)} s`);
    return phases;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Thousands of small statements need not each wait for the disk, or for a standby: nothing counts before the end, and whoever calls
 * records it by a commit that is on the disk only when all before it is.
 */
const sessionOptions = (owner: string | undefined) => ["-c synchronous_commit=off", ...(owner === undefined ? [] : [`-c role=${owner}`])].join(" ");

/** Rights on what belongs to Postgres itself are the server's own, and only a superuser could set them. */
const ownEntries = (list: string) => list.replaceAll(/^\d+; \d+ \d+ ACL pg_catalog .*\n/gm, "");

/** Owners are left out since the login makes everything as the one owner; rights are kept. */
const always = ["--exit-on-error", "--no-owner", "--no-password"];

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** The dump may bring `public` with rights of its own; made by the template it belongs to whoever owns the database. */
async function makeRoomForSchemas(server: Server, database: string, environment: Server): Promise<void> {
  const owner = await askSql<string>(environment, database, "SELECT to_json(current_user);");
  await runSql(server, database, `SET ROLE ${identifier(owner!)}; ALTER SCHEMA public OWNER TO ${identifier(owner!)};`);
}

/** The largest first: the last one to end is then a small one. When one fails, no further one begins. */
async function restoreStreams(restore: DumpRestore, environment: Server): Promise<void> {
  const waiting = restore.source.streams.toSorted((one, other) => other.bytes - one.bytes);
  const failures: unknown[] = [];
  const work = async () => {
    for (let stream = waiting.shift(); stream && failures.length === 0; stream = waiting.shift()) {
      await restoreStream(restore, stream, environment).catch((error) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: restore.parallel }, work));
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
}

async function restoreStream(restore: DumpRestore, stream: DumpSource["streams"][number], environment: Server): Promise<void> {
  await feed(Readable.from(stream.archive(), { objectMode: false }), "pg_restore", [...always, "--section=data", `--dbname=${restore.database}`], environment);
  report(`restored stream ${stream.name}, ${stream.bytes} bytes`);
}

/** Their content is in no stream: it follows from the tables. In the order of their making, so that one may read another. */
async function refreshViews(environment: Server, database: string): Promise<void> {
  const views = await askSql<string[]>(
    environment,
    database,
    "SELECT json_agg(oid::regclass::text ORDER BY oid) FROM pg_class WHERE relkind = 'm' AND NOT relispopulated;",
  );
  if (views) await runSql(environment, database, views.map((view) => `REFRESH MATERIALIZED VIEW ${view};`).join("\n"));
}
