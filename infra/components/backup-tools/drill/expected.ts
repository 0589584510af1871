import type { Manifest } from "../format/manifest.ts";
import type { TableRows } from "../restore/row-counts.ts";
import type { DrilledTable } from "./evidence.ts";

/** What is known of the data that should come out of a restore. */
export interface Expected {
  /** Of the backup that was restored. */
  manifest: Manifest;
  /** Compares the rows of every table; whatever is wrong is a sentence. */
  rows(restored: readonly TableRows[]): { tables: DrilledTable[]; problems: string[] };
  /** Compares the version of the schema. */
  schema(version: string): string[];
}

/** Of a dump: exactly what was counted in its snapshot. Estimates are left out: an estimate that differs says nothing. */
export function expectedOfDump(manifest: Manifest): Expected {
  const was = manifest.schemaVersion ?? "";
  return {
    manifest,
    rows(rows) {
      const restored = byTable(rows);
      const tables = drilledTables(
        manifest.tables.filter(({ estimate }) => estimate !== true),
        restored,
      );
      const missing = manifest.tables.map(nameOf).filter((table) => !restored.has(table));
      const wrong = tables.filter(({ table, expected, restored: now }) => restored.has(table) && expected !== now);
      return {
        tables,
        problems: [
          ...missing.map((table) => `table ${table} is missing`),
          ...wrong.map(({ table, expected, restored: now }) => `table ${table} has ${now} rows instead of ${expected}`),
        ],
      };
    },
    schema: (version) =>
      version === was ? [] : [`the schema's version is ${JSON.stringify(version)}, and was ${JSON.stringify(was)} when the backup was made`],
  };
}

/** From so many rows on, a table that had them before and after a moment does not do without any in between. */
const manyRows = 1000;

/**
 * Of a moment between two backups: what both had, the moment had too. Without a later one, and where a migration lies between them, less
 * is known.
 */
export function expectedOfMoment(before: Manifest, after: Manifest | undefined): Expected {
  const later = after && byTable(after.tables);
  return {
    manifest: before,
    rows(rows) {
      const restored = byTable(rows);
      const tables = drilledTables(before.tables, restored);
      if (!later) {
        const empty = before.tables.length > 0 && rows.length === 0;
        return { tables, problems: empty ? [`there is no table, and base backup ${before.id} before the moment has ${before.tables.length}`] : [] };
      }
      const inBoth = tables.filter(({ table }) => later.has(table));
      const lost = inBoth.filter(({ table, expected, restored: now }) => restored.has(table) && now === 0 && Math.min(expected, later.get(table)!) >= manyRows);
      return {
        tables,
        problems: [
          ...inBoth
            .filter(({ table }) => !restored.has(table))
            .map(({ table }) => `table ${table} is missing, which backup ${before.id} before the moment and ${after.id} after it have`),
          ...lost.map(
            ({ table, expected }) =>
              `table ${table} is empty; it had ${expected} rows in backup ${before.id} before the moment, and ${later.get(table)} in ${after.id} after it`,
          ),
        ],
      };
    },
    schema(version) {
      const [first, last] = [before.schemaVersion, after?.schemaVersion];
      if (after && first === last && version !== (first ?? ""))
        return [
          `the schema's version is ${JSON.stringify(version)}, and was ${JSON.stringify(first ?? "")} in backup ${before.id} before the moment as in ${after.id} after it`,
        ];
      return version === "" && first !== undefined
        ? [`the schema's version is missing; it was ${JSON.stringify(first)} in base backup ${before.id} before the moment`]
        : [];
    },
  };
}

const nameOf = ({ schema, name }: { schema: string; name: string }) => `${schema}.${name}`;
const byTable = (rows: readonly TableRows[]) => new Map(rows.map((table) => [nameOf(table), table.rows]));

const drilledTables = (tables: readonly TableRows[], restored: ReadonlyMap<string, number>): DrilledTable[] =>
  tables.map((table) => ({ table: nameOf(table), expected: table.rows, restored: restored.get(nameOf(table)) ?? 0 }));
