import { StreamRole } from "../format/manifest.ts";
import { quotedTable, type TableFacts } from "./facts.ts";

/** One pg_dump of a backup. */
export interface PlannedStream {
  name: string;
  role: StreamRole;
  tables?: string[];
  options: string[];
}

/** Of every pg_dump. A lock that a migration never gives back would hold it until the Job's deadline, without a word. */
export const dumpOptions = ["--format=custom", "--lock-wait-timeout=300s", "--no-password"];

/** From this on a table has a stream of its own. */
const largeTableBytes = 64 * 2 ** 20;
/** A smaller one too, as long as the rest would be more than this share of all: one stream is dumped and restored by one process. */
const mostRest = 1 / 8;
/** Below this a process and a connection of its own cost more than they save. */
const leastTableBytes = 8 * 2 ** 20;
/** Each is named in an argument, of which a system takes two megabytes. */
const mostLargeTables = 500;

/**
 * The schema first, since it is small and whatever is wrong shows there; then large tables from the largest down, so that none begins
 * when the others are done; then all the rest, with sequences and large objects.
 */
export function planStreams(tables: readonly TableFacts[]): PlannedStream[] {
  const large = largeTables(tables);
  return [
    { name: "schema", role: StreamRole.schema, options: ["--schema-only"] },
    ...large.map((table, index) => ({
      name: `data-${`${index + 1}`.padStart(3, "0")}`,
      role: StreamRole.data,
      tables: [`${table.schema}.${table.name}`],
      options: ["--data-only", `--table=${quotedTable(table)}`],
    })),
    { name: "data-rest", role: StreamRole.data, options: ["--data-only", ...large.map((table) => `--exclude-table-data=${quotedTable(table)}`)] },
  ];
}

function largeTables(tables: readonly TableFacts[]): TableFacts[] {
  const sorted = tables.toSorted((one, other) => other.bytes - one.bytes).slice(0, mostLargeTables);
  const all = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  let rest = all;
  const end = sorted.findIndex(({ bytes }) => {
    const large = bytes >= largeTableBytes || (bytes >= leastTableBytes && rest > all * mostRest);
    rest -= bytes;
    return !large;
  });
  return end < 0 ? sorted : sorted.slice(0, end);
}
