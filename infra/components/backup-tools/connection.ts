import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A database as a program is told of it. */
export interface Connection {
  host: string;
  port: number;
  user: string;
  database: string;
  passwordFile: string;
  /** Authority that the server's certificate must be signed by. Left out where the server speaks no TLS. */
  caFile?: string;
}

/** Reads PGHOST, PGPORT, PGUSER, PGDATABASE, PASSWORD_FILE and CA_FILE. */
export function connectionFrom(environment: NodeJS.ProcessEnv): Connection {
  const { PGHOST: host, PGPORT: port = "5432", PGUSER: user, PGDATABASE: database, PASSWORD_FILE: passwordFile, CA_FILE: caFile } = environment;
  const missing = Object.entries({ PGHOST: host, PGUSER: user, PGDATABASE: database, PASSWORD_FILE: passwordFile }).filter(([, value]) => !value);
  if (missing.length > 0) throw new Error(`${missing.map(([name]) => name).join(", ")} not set; give the settings of a Postgres' binding`);
  return { host: host!, port: Number(port), user: user!, database: database!, passwordFile: passwordFile!, caFile };
}

/**
 * Environment for Postgres' own programs. The password is in a file of the scratch directory that only this user can read, and is
 * fetched anew each time: it stands in no environment and no argument list, and one rotated in the middle of a run is found.
 */
export function clientEnvironment(connection: Connection, scratch: string): NodeJS.ProcessEnv {
  const { host, port, user, database, passwordFile, caFile } = connection;
  const password = readFileSync(passwordFile, "utf8").replace(/\n$/, "");
  const passFile = join(scratch, "pgpass");
  // Moved into its place whole: another program may be about to read it.
  const written = `${passFile}-${randomUUID()}`;
  writeFileSync(written, `*:*:*:*:${password.replace(/[\\:]/g, "\\$&")}\n`, { mode: 0o600 });
  renameSync(written, passFile);
  return {
    PATH: process.env.PATH,
    // The image's own locale may be missing in a program's bare environment, and names of databases need not be ASCII.
    LC_ALL: "C.UTF-8",
    HOME: scratch,
    TMPDIR: scratch,
    PGAPPNAME: process.env.PGAPPNAME ?? "slipway",
    PGCONNECT_TIMEOUT: "10",
    PGDATABASE: database,
    PGHOST: host,
    PGPASSFILE: passFile,
    PGPORT: `${port}`,
    PGUSER: user,
    ...(caFile ? { PGSSLMODE: "verify-full", PGSSLROOTCERT: caFile } : {}),
  };
}
