import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { report } from "../report.ts";
import { output } from "../subprocess.ts";
import type { DumpSource } from "./dump-source.ts";
import { indexesByStream } from "./early-indexes.ts";
import { countRows, type TableRows } from "./row-counts.ts";
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
}

/**
 * Seconds that each phase took. Rows are fetched while they are restored, so there is no phase for fetching alone; the indexes of tables
 * whose rows are in are made while others' rows still come, and count there.
 */
export interface RestorePhases {
  schema: number;
  data: number;
  indexes: number;
  analyze: number;
}

/** What a restore has brought. */
export interface RestoredDump {
  phases: RestorePhases;
  /** Rows of every table. */
  rows: TableRows[];
}

/**
 * Brings a dump into an empty database: tables, then their rows from several streams at once straight from the source, then indexes,
 * constraints and triggers, which are made faster and checked once when the rows are there. Any program that does not end well,
 * and any chunk that is not the one that was stored, ends it with an error; what is in the database then is not a restore.
 */
export async function restoreDump(restore: DumpRestore): Promise<RestoredDump> {
  const { source, server, database, parallel } = restore;
  const environment = { ...server, PGDATABASE: database, PGOPTIONS: sessionOptions(restore.owner) };
  const directory = await mkdtemp(join(restore.scratch, "restore-"));
  try {
    const schema = join(directory, "schema");
    const began = performance.now();
    await Promise.all([writeFile(schema, source.schema()), makeRoomForSchemas(server, database, restore.owner ?? server.PGUSER!)]);
    const contents = ownEntries(await output("pg_restore", ["--list", "--verbose", schema], environment));
    const archive = { file: schema, directory, database, environment };
    await restoreEntries(archive, "tables", contents, "--section=pre-data");
    const schemaEnded = performance.now();
    report(`restored the schema in ${seconds(began, schemaEnded)} s`);

    const indexes = indexesByStream(contents, source.streams);
    const rowsEnded = await restoreStreams(restore, archive, indexes);
    report(`restored ${source.streams.reduce((sum, { bytes }) => sum + bytes, 0)} bytes of rows in ${seconds(schemaEnded, rowsEnded)} s`);

    const made = new Set([...indexes.values()].flat());
    const left = contents.replaceAll(/^\d+; .*\n/gm, (line) => (made.has(line.trimEnd()) ? "" : line));
    // A foreign key is checked by one process alone, which leaves the time to count.
    let rows: TableRows[] = [];
    await allEnded([
      restoreEntries(archive, "rest", left, "--section=post-data", `--jobs=${parallel}`),
      countRows(environment, database).then((counted) => {
        rows = counted;
      }),
    ]);
    const tables = await refreshViews(environment, database);
    const indexesEnded = performance.now();
    report(`made indexes and constraints in ${seconds(rowsEnded, indexesEnded)} s`);
    // Without it the planner knows nothing of the tables until autovacuum comes by: the first minutes would be slow ones.
    await analyze(environment, database, tables, parallel);
    const ended = performance.now();
    report(`gathered statistics in ${seconds(indexesEnded, ended)} s`);
    const phases = { schema: schemaEnded - began, data: rowsEnded - schemaEnded, indexes: indexesEnded - rowsEnded, analyze: ended - indexesEnded };
    return { phases: inSeconds(phases), rows };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The schema's archive, and where its entries go. */
interface SchemaArchive {
  file: string;
  /** For the lists of entries. */
  directory: string;
  database: string;
  environment: Server;
}

/** Restores the entries of a list, in its order. */
async function restoreEntries({ file, directory, database, environment }: SchemaArchive, name: string, list: string, ...more: string[]): Promise<void> {
  const path = join(directory, `list-${name}`);
  await writeFile(path, list);
  await output("pg_restore", [...always, `--dbname=${database}`, `--use-list=${path}`, ...more, file], environment);
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

const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
const inSeconds = <T extends Record<keyof T, number>>(phases: T) =>
  Object.fromEntries(Object.entries<number>(phases).map(([name, milliseconds]) => [name, milliseconds / 1000])) as T;

/** Waits for every one, so that nothing is left at work when one has failed. */
async function allEnded(work: Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(work)).flatMap((settled) => (settled.status === "rejected" ? [settled.reason as unknown] : []));
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
}

/** The dump may bring `public` with rights of its own; made by the template it belongs to whoever owns the database. */
async function makeRoomForSchemas(server: Server, database: string, owner: string): Promise<void> {
  await runSql(server, database, `SET ROLE ${identifier(owner)}; ALTER SCHEMA public OWNER TO ${identifier(owner)};`);
}

/**
 * The largest first: the last one to end is then a small one. Whoever has no more rows to bring makes the indexes of those that are in.
 * When one fails, nothing further begins. Gives the moment when the last rows were in.
 */
async function restoreStreams(restore: DumpRestore, archive: SchemaArchive, indexes: ReadonlyMap<string, string[]>): Promise<number> {
  let rowsEnded = performance.now();
  const waiting = restore.source.streams
    .toSorted((one, other) => other.bytes - one.bytes)
    .map((stream) => async () => {
      await restoreStream(archive, stream);
      rowsEnded = performance.now();
      const lines = indexes.get(stream.name);
      if (lines) waiting.push(() => restoreEntries(archive, stream.name, `${lines.join("\n")}\n`));
    });
  let failed = false;
  const lane = async () => {
    for (let work = waiting.shift(); work && !failed; work = waiting.shift()) {
      await work().catch((error) => {
        failed = true;
        throw error;
      });
    }
  };
  await allEnded(Array.from({ length: restore.parallel }, lane));
  return rowsEnded;
}

async function restoreStream({ database, environment }: SchemaArchive, { name, bytes, archive }: DumpSource["streams"][number]): Promise<void> {
  await feed(archive(), "pg_restore", [...always, "--section=data", `--dbname=${database}`], environment);
  report(`restored stream ${name}, ${bytes} bytes`);
}

/**
 * Their content is in no stream: it follows from the tables. In the order of their making, so that one may read another. Gives everything
 * that has rows, the largest first.
 */
async function refreshViews(environment: Server, database: string): Promise<string[]> {
  const tables = await askSql<string[]>(
    environment,
    database,
    `SELECT format('REFRESH MATERIALIZED VIEW %s', oid::regclass) FROM pg_class WHERE relkind = 'm' AND NOT relispopulated ORDER BY oid \\gexec
     SELECT json_agg(c.oid::regclass::text ORDER BY pg_relation_size(c.oid) DESC) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema';`,
  );
  return tables ?? [];
}

/** Dealt out by turns, since each takes as long as its sample, and that of all large ones is as large. */
async function analyze(environment: Server, database: string, tables: readonly string[], parallel: number): Promise<void> {
  const hands = Array.from({ length: parallel }, (_, lane) => tables.filter((_, index) => index % parallel === lane)).filter(({ length }) => length > 0);
  await allEnded(hands.map(async (hand) => void (await runSql(environment, database, hand.map((table) => `ANALYZE ${table};`).join("\n")))));
}
