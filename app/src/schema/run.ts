import { runner } from "node-pg-migrate";
import type { Client } from "pg";
import type { Logger } from "pino";
import { MigrationError, type MigrationFile, migrationsFolder, readMigrations } from "./files.ts";
import { type AppliedMigration, pendingMigrations, schemaVersion } from "./history.ts";
import { lockMigrations } from "./lock.ts";
import { type SqlStatement, splitStatements } from "./statements.ts";

export interface MigrationOptions {
  folder?: string;
  /** Longest wait for another process that migrates. */
  lockSeconds?: number;
  /** Brings tables that a library owns, before the files, which may use them. Under the same lock; must find nothing to do the second time. */
  libraries?: readonly ((client: Client) => Promise<void>)[];
  log: Logger;
}

/** First line of a file that can't run in a transaction, such as one with CREATE INDEX CONCURRENTLY. It must bear a second run. */
const noTransaction = /^-- migrate: no transaction$/m;

/**
 * Brings the database to the newest version and returns it. Each file is one transaction. A statement that waits for a table
 * longer than five seconds gives up, since every query behind it would wait as well.
 */
export async function runMigrations(client: Client, { folder = migrationsFolder, lockSeconds = 120, libraries = [], log }: MigrationOptions): Promise<number> {
  const files = readMigrations(folder);
  await client.query("SET lock_timeout = '5s'; SET statement_timeout = '15min'; SET client_min_messages = warning");
  await lockMigrations(client, lockSeconds);
  for (const bring of libraries) await bring(client);
  await client.query(
    "CREATE TABLE IF NOT EXISTS schema_migrations (id serial PRIMARY KEY, name varchar(255) NOT NULL UNIQUE, run_on timestamp NOT NULL);" +
      "CREATE TABLE IF NOT EXISTS schema_migration_hashes (name varchar(255) PRIMARY KEY, hash text NOT NULL)",
  );
  const { rows: applied } = await client.query<AppliedMigration>(
    "SELECT name, hash FROM schema_migrations LEFT JOIN schema_migration_hashes USING (name) ORDER BY name",
  );
  const pending = pendingMigrations(files, applied);
  for (const migration of pending) {
    const started = performance.now();
    await apply(client, folder, migration);
    log.info({ migration: migration.file, milliseconds: Math.round(performance.now() - started) }, "migrated");
  }
  const version = schemaVersion([...applied, ...pending].map(({ name }) => name));
  log.info({ version, migrations: pending.length }, pending.length === 0 ? "the schema is up to date" : "the schema was brought up to date");
  return version;
}

/** Runs one file by node-pg-migrate, which wraps it in a transaction together with its entry in schema_migrations. */
async function apply(client: Client, folder: string, migration: MigrationFile): Promise<void> {
  const statements = splitStatements(migration.text);
  let failed: string | undefined;
  // Stands between the library and the client, to see which statement it was that failed.
  const watched = {
    async query(text: string, values?: unknown[]) {
      try {
        return await client.query(text, values);
      } catch (error) {
        failed = text;
        throw error;
      }
    },
  };
  try {
    await runner({
      dbClient: watched as unknown as Client,
      dir: folder,
      file: migration.name,
      direction: "up",
      migrationsTable: "schema_migrations",
      singleTransaction: false,
      // Lock, order and missing files are ours: its lock has no deadline, and it knows no hashes.
      noLock: true,
      checkOrder: false,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      migrationLoaderStrategies: [{ extensions: [".sql"], loader: async () => [unitOf(migration, statements)] }],
    });
  } catch (error) {
    await client.query("ROLLBACK");
    throw new MigrationError(`migration ${migration.file}: ${describe(error as Error & { position?: string; detail?: string }, statements, failed)}`);
  }
}

function unitOf(migration: MigrationFile, statements: readonly SqlStatement[]) {
  return {
    id: migration.file,
    filePaths: [migration.file],
    actions: {
      up(builder: { noTransaction(): void; sql(text: string): void }) {
        if (noTransaction.test(migration.text)) builder.noTransaction();
        for (const { text } of statements) builder.sql(text);
        builder.sql(
          `INSERT INTO schema_migration_hashes (name, hash) VALUES ('${migration.name}', '${migration.hash}') ON CONFLICT (name) DO UPDATE SET hash = excluded.hash`,
        );
      },
    },
  };
}

/** The failed statement by number, beginning and place, and what the server says about it. */
function describe(
  { message, position, detail }: Error & { position?: string; detail?: string },
  statements: readonly SqlStatement[],
  failed: string | undefined,
) {
  const index = statements.findIndex(({ text }) => failed === text || failed === `${text};`);
  const statement = statements[index];
  const reason = detail ? `${message} (${detail})` : message;
  if (!statement) return reason;
  const beginning = statement.text.replaceAll(/\s+/g, " ");
  const before = statement.text.slice(0, Number(position ?? 1) - 1).split("\n");
  const place = `line ${statement.line + before.length - 1}${position ? `, column ${before.at(-1)!.length + 1}` : ""}`;
  return `statement ${index + 1} "${beginning.length > 70 ? `${beginning.slice(0, 67)}...` : beginning}" (${place}): ${reason}`;
}
