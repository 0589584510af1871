import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DumpSource } from "../restore/dump-source.ts";
import { literal, runSql, type Server } from "../restore/sql.ts";
import { output } from "../subprocess.ts";

/**
 * Makes the roles that a dump speaks of. Roles belong to a server and are in no dump of a database; a stack makes its own before a
 * restore, and a throw-away server has none.
 */
export async function makeRoles(source: DumpSource, server: Server, scratch: string): Promise<string[]> {
  const directory = await mkdtemp(join(scratch, "roles-"));
  try {
    const file = join(directory, "schema");
    await writeFile(file, source.schema());
    const roles = rolesIn(await output("pg_restore", ["--file=-", file], server));
    const statements = roles.map(
      (role) => `SELECT format('CREATE ROLE %I', ${literal(role)}) WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) \\gexec`,
    );
    await runSql(server, "postgres", statements.join("\n"));
    return roles;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const name = '(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)';
const names = `${name}(?:, ${name})*`;
/** Where a role's name stands in what pg_dump writes: owners, rights, default rights and policies, each on one line. */
const places = [
  new RegExp(`^ALTER .* OWNER TO (${name});$`, "gm"),
  new RegExp(`^(?:GRANT|REVOKE) .* (?:TO|FROM) (${names})(?: WITH [A-Z ]+)?(?: GRANTED BY ${name})?;$`, "gm"),
  new RegExp(`^ALTER DEFAULT PRIVILEGES FOR ROLE (${names}) `, "gm"),
  new RegExp(`^ALTER DEFAULT PRIVILEGES .* (?:TO|FROM) (${names})(?: WITH [A-Z ]+)?;$`, "gm"),
  new RegExp(`^CREATE POLICY .* TO (${names})(?: USING| WITH CHECK|;)`, "gm"),
];

/** Roles that a schema in SQL, as pg_restore prints it, needs. */
export function rolesIn(sql: string): string[] {
  const found = places.flatMap((place) => [...sql.matchAll(place)].flatMap(([, list]) => list!.match(new RegExp(name, "g"))!));
  const plain = found.map((text) => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text));
  return [...new Set(plain)].filter((role) => !/^(PUBLIC|CURRENT_USER|SESSION_USER)$/i.test(role) && !role.startsWith("pg_")).sort();
}
