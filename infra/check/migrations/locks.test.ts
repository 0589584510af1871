import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalPostgres, localPostgres } from "../../../app/local/postgres.ts";
import { LockMode, locksOf, Work } from "./locks.ts";

let server: LocalPostgres;
let client: pg.Client;
beforeAll(async () => {
  server = await localPostgres();
  const database = await server.createDatabase();
  client = new pg.Client({ ...database, password: database.password?.() });
  await client.connect();
  await client.query(`
    CREATE TABLE owners (id bigint PRIMARY KEY);
    CREATE TABLE links (id bigint PRIMARY KEY, slug text, hits int, owner bigint, CONSTRAINT positive CHECK (hits > 0) NOT VALID);
    CREATE INDEX links_hits ON links (hits);
    CREATE SCHEMA queue;
    CREATE TABLE queue.jobs (id int);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE UNIQUE INDEX links_slug ON links (slug);
    INSERT INTO owners VALUES (1);
    INSERT INTO links VALUES (1, 'a', 1, 1);`);
});
afterAll(async () => {
  await client?.end();
  await server?.remove();
});

const order = ["ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"];

/** Name and file of each table, by its number. */
async function filesByTable(): Promise<Map<number, { table: string; file: number }>> {
  const { rows } = await client.query(`
    SELECT c.oid, CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS table, pg_relation_filenode(c.oid) AS file
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname IN ('public', 'queue')`);
  return new Map(rows.map(({ oid, table, file }) => [oid, { table, file }]));
}

/** The strictest lock that Postgres itself holds on each table after the statement, and whether it wrote the table anew. */
async function really(statement: string): Promise<{ locks: Record<string, string>; rewritten: string[] }> {
  // By number: after RENAME and DROP the names are others, or none.
  const before = await filesByTable();
  await client.query("BEGIN");
  try {
    await client.query(statement);
    const { rows } = await client.query<{ oid: number; mode: string }>(
      "SELECT relation AS oid, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'",
    );
    const locks: Record<string, string> = {};
    for (const { oid, mode } of rows) {
      const table = before.get(oid)?.table;
      if (table === undefined) continue;
      const named = mode
        .replace(/Lock$/, "")
        .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
        .toUpperCase();
      // What only reads hold keeps nobody out.
      if (order.indexOf(named) >= order.indexOf("ROW EXCLUSIVE") && order.indexOf(named) > order.indexOf(locks[table] ?? "")) locks[table] = named;
    }
    const after = await filesByTable();
    return { locks, rewritten: [...before].flatMap(([oid, { table, file }]) => (after.has(oid) && after.get(oid)!.file !== file ? [table] : [])) };
  } finally {
    await client.query("ROLLBACK");
  }
}

test.each([
  "ALTER TABLE links ADD COLUMN title text",
  "ALTER TABLE links ADD COLUMN title text NOT NULL DEFAULT 'none'",
  "ALTER TABLE links ADD COLUMN key uuid DEFAULT gen_random_uuid()",
  "ALTER TABLE links ADD COLUMN number bigserial",
  "ALTER TABLE links ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY",
  "ALTER TABLE links ALTER COLUMN hits TYPE bigint",
  "ALTER TABLE links ALTER hits SET NOT NULL",
  "ALTER TABLE links ALTER hits SET DEFAULT 0, ADD COLUMN other int",
  "ALTER TABLE links ADD CONSTRAINT short CHECK (length(slug) < 100)",
  "ALTER TABLE links ADD CONSTRAINT short CHECK (length(slug) < 100) NOT VALID",
  "ALTER TABLE links VALIDATE CONSTRAINT positive",
  "ALTER TABLE links ADD CONSTRAINT owned FOREIGN KEY (owner) REFERENCES owners (id)",
  "ALTER TABLE links ADD FOREIGN KEY (owner) REFERENCES owners NOT VALID",
  "ALTER TABLE links ADD COLUMN other bigint REFERENCES owners",
  "ALTER TABLE links ADD CONSTRAINT links_slug_key UNIQUE USING INDEX links_slug",
  "ALTER TABLE links ADD UNIQUE (slug)",
  "ALTER TABLE links DROP COLUMN slug",
  "ALTER TABLE links RENAME TO urls",
  "ALTER TABLE links SET (fillfactor = 80)",
  "ALTER TABLE links ALTER hits SET STATISTICS 500",
  "ALTER TABLE links SET UNLOGGED",
  'ALTER TABLE IF EXISTS ONLY "links" -- a comment, with a comma\n ADD COLUMN title text',
  "CREATE INDEX ON links (slug)",
  "CREATE UNIQUE INDEX IF NOT EXISTS another ON links USING btree (slug)",
  "CREATE TABLE statistics (link bigint NOT NULL REFERENCES links ON DELETE CASCADE, owner bigint REFERENCES owners)",
  "CREATE TABLE notes (id int)",
  "CREATE TRIGGER touched BEFORE UPDATE ON links FOR EACH ROW EXECUTE FUNCTION touch()",
  "DROP TABLE queue.jobs",
  "TRUNCATE queue.jobs",
  "LOCK TABLE links IN SHARE ROW EXCLUSIVE MODE",
  "LOCK links",
  "UPDATE links SET hits = 2",
  "DELETE FROM links WHERE id = 7",
  "INSERT INTO queue.jobs VALUES (1)",
  "REINDEX TABLE links",
])("the locks foretold are those that Postgres takes: %s", async (statement) => {
  const { locks, rewritten } = await really(statement);
  const foretold = locksOf(statement);
  expect(Object.fromEntries(foretold.map(({ table, mode }) => [table, mode]))).toEqual(locks);
  const anew = foretold.filter(({ mode, work }) => work === Work.rewrite && mode === LockMode.accessExclusive).map(({ table }) => table);
  // TRUNCATE gives a table a new, empty file: no row is written.
  if (!/^truncate|^alter table links set unlogged/i.test(statement)) expect(anew).toEqual(rewritten);
});

test("what can't run in a transaction lets writes go on", () => {
  expect(locksOf("CREATE INDEX CONCURRENTLY links_slug ON links (slug)")).toEqual([{ table: "links", mode: LockMode.shareUpdateExclusive, work: Work.scan }]);
  expect(locksOf("REINDEX TABLE CONCURRENTLY links")).toMatchObject([{ mode: LockMode.shareUpdateExclusive }]);
  expect(locksOf("VACUUM FULL links")).toMatchObject([{ mode: LockMode.accessExclusive, work: Work.rewrite }]);
});
