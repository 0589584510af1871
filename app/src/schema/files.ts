import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of this service's migrations. */
export const migrationsFolder = fileURLToPath(new URL("../../migrations", import.meta.url));

/** One migration as it stands in the folder. */
export interface MigrationFile {
  /** File name, such as `0001_links.sql`. */
  file: string;
  /** File name without its ending: what the database remembers. */
  name: string;
  /** The number that the name begins with: the schema's version once this file has run. */
  version: number;
  text: string;
  /** SHA-256 of the text, with line ends unified, since a checkout may rewrite them. */
  hash: string;
}

/** Something about the folder or the database that a person must mend before any migration may run. */
export class MigrationError extends Error {}

const shape = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** Reads all migrations, in order. */
export function readMigrations(folder: string = migrationsFolder): MigrationFile[] {
  const migrations = readdirSync(folder)
    .filter((file) => !file.startsWith("."))
    .sort()
    .map((file): MigrationFile => {
      const version = Number(shape.exec(file)?.[1]);
      if (!version)
        throw new MigrationError(`migration ${file}: the name must be four digits, an underscore, small letters and .sql, such as 0002_links_owner.sql.`);
      const text = readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n");
      return { file, name: file.replace(/\.sql$/, ""), version, text, hash: createHash("sha256").update(text).digest("hex") };
    });
  for (const [index, { file, version }] of migrations.entries()) {
    const before = migrations[index - 1];
    if (before?.version === version) throw new MigrationError(`migration ${file}: ${before.file} has the same number; renumber the one that was added last.`);
  }
  return migrations;
}
