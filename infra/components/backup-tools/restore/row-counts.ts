import { askSql, runSql, type Server } from "./sql.ts";

/** A table and the number of its rows. */
export interface TableRows {
  schema: string;
  name: string;
  rows: number;
}

/** Tables that hold rows of their own: those of users, partitions rather than what they are parts of. */
const ownTables = `
  SELECT n.nspname AS schema, c.relname AS name, c.oid
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

/** Rows of every table, counted one by one, each in a statement of its own that holds no lock for long: an estimate would find no row that is missing. */
export async function countRows(server: Server, database: string): Promise<TableRows[]> {
  const lines = await runSql(
    server,
    database,
    `SELECT format('SELECT json_build_object(''schema'', %L, ''name'', %L, ''rows'', count(*)) FROM ONLY %I.%I', schema, name, schema, name)
     FROM (${ownTables}) t ORDER BY schema, name \\gexec`,
  );
  return lines === "" ? [] : lines.split("\n").map((line) => JSON.parse(line) as TableRows);
}

/** The tables of a database, without their rows. */
export async function tablesOf(server: Server, database: string): Promise<{ schema: string; name: string }[]> {
  return (
    (await askSql(server, database, `SELECT json_agg(json_build_object('schema', schema, 'name', name) ORDER BY schema, name) FROM (${ownTables}) t;`)) ?? []
  );
}

/** Sentences about tables whose rows differ from what was counted when the backup was taken. */
export function rowProblems(restored: readonly TableRows[], counted: readonly TableRows[]): string[] {
  const found = new Map(restored.map((table) => [`${table.schema}.${table.name}`, table.rows]));
  return counted.flatMap(({ schema, name, rows }) => {
    const now = found.get(`${schema}.${name}`);
    if (now === undefined) return [`table ${schema}.${name} is missing; the backup has ${rows} rows of it`];
    return now === rows ? [] : [`table ${schema}.${name} has ${now} rows instead of ${rows}`];
  });
}
