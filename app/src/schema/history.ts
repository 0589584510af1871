import { MigrationError, type MigrationFile } from "./files.ts";

/** A migration that the database has. */
export interface AppliedMigration {
  name: string;
  /** Hash of the file that ran; null when the process died before it was stored. */
  hash: string | null;
}

const versionOf = (name: string) => Number.parseInt(name, 10) || 0;

/** Version of a schema: the number of its newest migration, 0 for none. */
export const schemaVersion = (names: readonly string[]) => Math.max(0, ...names.map(versionOf));

/**
 * Compares the folder with the database and gives what is still to run. Throws with every contradiction at once: an edited file
 * would make two databases of the same version differ, and nobody would see it until a later file fails on one of them.
 *
 * A database that is ahead is none: after a rollback an older image meets the newer schema, and must be able to start.
 */
export function pendingMigrations(files: readonly MigrationFile[], applied: readonly AppliedMigration[]): MigrationFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const newestFile = Math.max(0, ...files.map(({ version }) => version));
  const newestApplied = schemaVersion(applied.map(({ name }) => name));
  const pending = files.filter(({ name }) => !applied.some((one) => one.name === name));
  const contradictions = [
    ...applied
      .filter(({ name }) => !byName.has(name) && versionOf(name) <= newestFile)
      .map(({ name }) => `migration ${name}.sql: the database has it, but the file is missing; restore the file, migrations only go forward.`),
    ...applied
      .filter(({ name, hash }) => hash !== null && byName.has(name) && byName.get(name)!.hash !== hash)
      .map(({ name }) => `migration ${name}.sql: the file was edited after it ran; restore it and put the change into a new file.`),
    ...pending
      .filter(({ version }) => version < newestApplied)
      .map(({ file }) => `migration ${file}: the database already has version ${newestApplied}, so this file would run out of order; renumber it.`),
  ];
  if (contradictions.length > 0) throw new MigrationError(contradictions.join("\n"));
  return pending;
}
