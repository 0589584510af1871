import type { Database, Statement } from "../postgres/database.ts";
import { readMigrations } from "./files.ts";
import { schemaVersion } from "./history.ts";

const applied: Statement = { name: "schema_version", text: "SELECT name FROM schema_migrations" };

/** The version that this program needs: that of the newest file it ships with. */
export const requiredVersion = () => schemaVersion(readMigrations().map(({ name }) => name));

/** The version that the database has; 0 before the first migration. */
export async function databaseVersion(database: Database): Promise<number> {
  try {
    return schemaVersion((await database.query<{ name: string }>(applied)).map(({ name }) => name));
  } catch (error) {
    const undefinedTable = "42P01";
    if ((error as { code?: string }).code === undefinedTable) return 0;
    throw error;
  }
}
