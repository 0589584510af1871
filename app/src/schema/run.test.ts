import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalPostgres, localPostgres } from "../../local/postgres.ts";
import { silent } from "../../local/service.ts";
import type { PostgresSettings } from "../config/bindings.ts";
import { runMigrations } from "./run.ts";

let server: LocalPostgres;
const folders: string[] = [];

beforeAll(async () => {
  server = await localPostgres();
});
afterAll(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  await server?.remove();
});

/** A database and a folder of one test's own. */
async function fresh() {
  const database = await server.createDatabase();
  const folder = mkdtempSync(join(tmpdir(), "links-migrations-"));
  folders.push(folder);

  async function connected<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ ...database, password: database.password?.() });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }
  return {
    database,
    connected,
    put: (file: string, sql: string) => writeFileSync(join(folder, file), sql),
    take: (file: string) => rmSync(join(folder, file)),
    migrate: (lockSeconds?: number) => connected((client) => runMigrations(client, { folder, lockSeconds, log: silent.logger })),
    query: (sql: string) => connected(async (client) => (await client.query(sql)).rows),
  };
}

// At the same time: most of each test is waiting for a lock.
describe.concurrent("migrations", () => {
  it("run once each, in order, also when two processes start at the same moment", async () => {
    const { put, migrate, query } = await fresh();
    put("0001_notes.sql", "CREATE TABLE notes (id int); SELECT pg_sleep(0.3); INSERT INTO notes VALUES (1)");
    put("0002_more.sql", "INSERT INTO notes VALUES (2)");
    expect(await Promise.all([migrate(), migrate(), migrate()])).toEqual([2, 2, 2]);
    expect(await query("SELECT id FROM notes ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await query("SELECT name FROM schema_migrations ORDER BY id")).toEqual([{ name: "0001_notes" }, { name: "0002_more" }]);
  });

  it("name file, statement and place of what failed, and leave nothing of that file", async () => {
    const { put, migrate, query } = await fresh();
    put("0001_notes.sql", "CREATE TABLE notes (id int PRIMARY KEY);");
    put("0002_broken.sql", "-- Two that work.\nINSERT INTO notes VALUES (1);\nINSERT INTO notes VALUES (2);\nALTER TABLE notes\n  ADD COLUMN text nonsense;\n");
    await expect(migrate()).rejects.toThrow(
      'migration 0002_broken.sql: statement 3 "ALTER TABLE notes ADD COLUMN text nonsense" (line 5, column 19): type "nonsense" does not exist',
    );
    expect(await query("SELECT id FROM notes")).toEqual([]);
    put("0002_broken.sql", "INSERT INTO notes VALUES (1), (2), (1)");
    await expect(migrate()).rejects.toThrow('statement 1 "INSERT INTO notes VALUES (1), (2), (1)" (line 1): duplicate key value violates unique constraint');
    put("0002_broken.sql", "INSERT INTO notes VALUES (1)");
    expect(await migrate()).toBe(2);
  });

  it("refuse a file that was edited after it ran", async () => {
    const { put, migrate } = await fresh();
    put("0001_notes.sql", "CREATE TABLE notes (id int)");
    await migrate();
    put("0001_notes.sql", "CREATE TABLE notes (id bigint)");
    await expect(migrate()).rejects.toThrow("migration 0001_notes.sql: the file was edited after it ran");
    put("0001_notes.sql", "CREATE TABLE notes (id int)");
    expect(await migrate()).toBe(1);
  });

  it("refuse a name without a number, and two with the same", async () => {
    const { put, take, migrate } = await fresh();
    put("notes.sql", "SELECT 1");
    await expect(migrate()).rejects.toThrow("migration notes.sql: the name must be four digits");
    take("notes.sql");
    put("0001_a.sql", "SELECT 1");
    put("0001_b.sql", "SELECT 1");
    await expect(migrate()).rejects.toThrow("migration 0001_b.sql: 0001_a.sql has the same number");
  });

  it("wait for another process until a deadline, and no longer", async () => {
    const { put, migrate, query } = await fresh();
    put("0001_slow.sql", "SELECT pg_sleep(1.5)");
    const slow = migrate();
    await expect
      .poll(
        () =>
          query(
            "SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
          ),
        { timeout: 5_000 },
      )
      .toEqual([{ locks: 1 }]);
    await expect(migrate(0)).rejects.toThrow("another process has been migrating this database for over 0 s");
    expect(await slow).toBe(1);
  });

  it("give up on a table that somebody holds, instead of stopping every query behind", async () => {
    const { put, migrate, connected } = await fresh();
    put("0001_notes.sql", "CREATE TABLE notes (id int)");
    await migrate();
    put("0002_column.sql", "ALTER TABLE notes ADD COLUMN text text");
    await connected(async (holder) => {
      await holder.query("BEGIN; SELECT * FROM notes");
      await expect(migrate()).rejects.toThrow("migration 0002_column.sql: statement 1");
    });
    expect(await migrate()).toBe(2);
  });

  it("run a marked file outside a transaction, for CREATE INDEX CONCURRENTLY", async () => {
    const { put, migrate, query } = await fresh();
    put("0001_notes.sql", "CREATE TABLE notes (id int)");
    put("0002_index.sql", "-- migrate: no transaction\nCREATE INDEX CONCURRENTLY notes_id ON notes (id);");
    expect(await migrate()).toBe(2);
    expect(await query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'notes_id'::regclass")).toEqual([{ indisvalid: true }]);
  });
});

describe("node src/migrate.ts", () => {
  const program = fileURLToPath(new URL("../migrate.ts", import.meta.url));
  const run = (environment: Record<string, string>) =>
    new Promise<{ code: number | null; errors: string }>((resolve) => {
      const child = spawn(process.execPath, [program], { env: environment, stdio: ["ignore", "ignore", "pipe"] });
      let errors = "";
      child.stderr.on("data", (chunk) => {
        errors += chunk;
      });
      child.on("close", (code) => resolve({ code, errors }));
    });
  const environment = (database: PostgresSettings) => ({
    POSTGRES_HOST: database.host,
    POSTGRES_PORT: `${database.port}`,
    POSTGRES_DATABASE: database.database,
    POSTGRES_USERNAME: database.user,
    POSTGRES_PASSWORD: database.password!(),
  });

  it("brings the service's own schema to a new database, and exits 0", async () => {
    const { database, query } = await fresh();
    expect(await run(environment(database))).toEqual({ code: 0, errors: "" });
    expect(await query("SELECT count(*)::int AS links FROM links")).toEqual([{ links: 0 }]);
  });

  it("exits 1 with a message and no stack, for a wrong password as for a broken file", async () => {
    const { database, query } = await fresh();
    const wrong = await run({ ...environment(database), POSTGRES_PASSWORD: "wrong" });
    expect(wrong.code).toBe(1);
    expect(wrong.errors).toMatch(/^no connection to 127\.0\.0\.1:\d+\/test_\w+ as postgres: password authentication failed for user "postgres"\n$/);
    await query("CREATE TABLE links (id int)");
    const broken = await run(environment(database));
    expect(broken).toEqual({
      code: 1,
      errors: expect.stringMatching(/^migration 0001_links\.sql: statement 1 "CREATE TABLE links .*\(line 1\): relation "links" already exists\n$/),
    });
  });
});
