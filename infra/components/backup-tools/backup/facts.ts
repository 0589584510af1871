import type { ManifestTable } from "../format/manifest.ts";
import type { Session } from "./snapshot.ts";

/** What the snapshot's own transaction says of the database. */
export interface DatabaseFacts {
  snapshot: string;
  snapshotAt: string;
  serverVersion: number;
  systemIdentifier: string;
  databaseBytes: number;
  schemaVersion: string | null;
}

export interface TableFacts {
  schema: string;
  name: string;
  /** Bytes of its rows and what they hold outside of them, without indexes. */
  bytes: number;
  /** Rows by the planner's estimate. */
  estimate: number;
}

const isoUtc = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/**
 * Begins the transaction whose snapshot the whole backup holds, and locks every table against a change of its shape: otherwise a
 * migration in between would give rows to a schema that they don't fit.
 */
export async function takeSnapshot(session: Session, schemaVersionQuery: string): Promise<{ facts: DatabaseFacts; tables: TableFacts[] }> {
  await session.run("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await session.run("SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '300s'");
  // now() is the transaction's start, which is before its snapshot: the age of a backup is never understated.
  const facts = await session.json<DatabaseFacts>(`SELECT json_build_object(
    'snapshot', pg_export_snapshot(),
    'snapshotAt', to_char(now() AT TIME ZONE 'UTC', ${isoUtc}),
    'serverVersion', current_setting('server_version_num')::int,
    'systemIdentifier', (SELECT system_identifier::text FROM pg_control_system()),
    'databaseBytes', pg_database_size(current_database()),
    'schemaVersion', (${schemaVersionQuery})::text)`);
  const tables = await session.json<TableFacts[]>(tablesSql);
  for (const some of batches(tables, 200)) await session.run(`LOCK TABLE ${some.map(quotedTable).join(", ")} IN ACCESS SHARE MODE`);
  return { facts, tables };
}

/** Tables with rows of their own; those of extensions are made by the extension. */
export const tablesSql = `SELECT coalesce(json_agg(json_build_object(
    'schema', n.nspname, 'name', c.relname, 'bytes', pg_table_size(c.oid), 'estimate', greatest(c.reltuples, 0)::bigint) ORDER BY n.nspname, c.relname), '[]')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

/** Above this counting rows would take longer than it is worth: a second or two for each such table. */
const countedBytes = 2 ** 30;

/** Rows of each table as the snapshot sees them; of very large ones the estimate. */
export async function countRows(session: Session, tables: readonly TableFacts[]): Promise<ManifestTable[]> {
  const counted = tables.filter(({ bytes }) => bytes <= countedBytes);
  const rows = new Map<TableFacts, number>();
  for (const some of batches(counted, 50)) {
    const counts = await session.json<number[]>(
      `SELECT json_build_array(${some.map((table) => `(SELECT count(*) FROM ONLY ${quotedTable(table)})`).join(", ")})`,
    );
    some.forEach((table, index) => {
      rows.set(table, counts[index]!);
    });
  }
  return tables.map((table) => {
    const { schema, name, estimate } = table;
    const exact = rows.get(table);
    return exact === undefined ? { schema, name, rows: estimate, estimate: true } : { schema, name, rows: exact };
  });
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
/** A table's name as SQL and as a pattern of pg_dump: within double quotes no sign means anything else. */
export const quotedTable = ({ schema, name }: { schema: string; name: string }) => `${quoted(schema)}.${quoted(name)}`;

function batches<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}
