import { type TableFacts, tablesSql } from "../backup/facts.ts";
import { dumpOptions, type PlannedStream, planStreams } from "../backup/plan.ts";
import type { DumpArchive, DumpSource } from "../restore/dump-source.ts";
import { askSql, type Server } from "../restore/sql.ts";
import { start, wholeOutput } from "../subprocess.ts";

/** A server to which nobody writes, as a source: its rows pass from one server to the other and lie nowhere in between. */
export async function serverDump(server: Server, database: string, name: string): Promise<DumpSource> {
  const tables = (await askSql<TableFacts[]>(server, database, tablesSql)) ?? [];
  const [schema, ...data] = planStreams(tables);
  const archive = ({ options }: PlannedStream): DumpArchive => {
    return () => dumped({ ...server, PGDATABASE: database }, options);
  };
  const streams = withBytes(data, tables).map((stream) => ({ name: stream.name, bytes: stream.bytes, tables: stream.tables, archive: archive(stream) }));
  return { name, schema: archive(schema!), streams };
}

/** What is in no stream of its own is in the last. */
function withBytes(streams: readonly PlannedStream[], tables: readonly TableFacts[]): (PlannedStream & { bytes: number })[] {
  const bytes = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table.bytes]));
  let rest = tables.reduce((sum, table) => sum + table.bytes, 0);
  return streams.map((stream) => {
    const own = stream.tables?.reduce((sum, table) => sum + bytes.get(table)!, 0) ?? rest;
    rest -= own;
    return { ...stream, bytes: own };
  });
}

async function* dumped(environment: NodeJS.ProcessEnv, options: readonly string[]): AsyncGenerator<Buffer> {
  const dump = start("pg_dump", [...dumpOptions, "--compress=0", ...options], environment);
  try {
    yield* wholeOutput(dump);
  } finally {
    dump.child.kill("SIGKILL");
  }
}
