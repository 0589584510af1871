import { StreamRole } from "../format/manifest.ts";
import { quotedTable, type TableFacts } from "./facts.ts";

/** One pg_dump of a backup. */
export interface PlannedStream {
  name: string;
  role: StreamRole;
  tables?: string[];
  options: string[];
}

/** Below this a process and a connection of its own cost more than they save. */
const largeTableBytes = 64 * 2 ** 20;
/** Each is named in an argument, of which a system takes two megabytes. */
const mostLargeTables = 500;

/**
 * The schema first, since it is small and whatever is wrong shows there; then large tables from the largest down, so that none begins
 * when the others are done; then all the rest, with sequences and large objects.
 */
export function planStreams(tables: readonly TableFacts[]): PlannedStream[] {
  const large = tables
    .filter(({ bytes }) => bytes >= largeTableBytes)
    .sort((one, other) => other.bytes - one.bytes)
    .slice(0, mostLargeTables);
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
