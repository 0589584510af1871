import { setTimeout as sleep } from "node:timers/promises";
import { askSql, identifier, literal, runSql, type Server } from "./sql.ts";

/** Where sessions are opened that make, rename and drop other databases. Every server has it, and nothing of ours is in it. */
export const maintenance = "postgres";

/** What a database is to the one that is restored. */
export const RestoreState = {
  /** Its rows are coming in. Found when nothing runs, it was cut off and may go. */
  restoring: "restoring",
  /** Whole, and compared with what the backup counted. */
  restored: "restored",
  /** It was in use until a restored one took its place. */
  replaced: "replaced",
} as const;
export type RestoreState = (typeof RestoreState)[keyof typeof RestoreState];

/** What a database's comment says of a restore. The comment stays with the database when that is renamed. */
export interface RestoreRecord {
  state: RestoreState;
  /** Name of the database in use that it was made for. */
  database: string;
  /** Since when it is in this state. */
  at: string;
  backup?: string;
  /** The moment whose data it holds. */
  snapshotAt?: string;
}

export interface FoundDatabase {
  name: string;
  owner: string;
  bytes: number;
  record?: RestoreRecord;
}

/** The database of that name, and every one that a restore has made for it or put aside. */
export async function databasesOf(server: Server, database: string): Promise<FoundDatabase[]> {
  const query = `
    SELECT json_agg(json_build_object('name', d.datname, 'owner', pg_get_userbyid(d.datdba), 'bytes', pg_database_size(d.oid),
      'comment', shobj_description(d.oid, 'pg_database')) ORDER BY d.datname)
    FROM pg_database d WHERE pg_has_role(d.datdba, 'MEMBER');`;
  const found = (await askSql<(FoundDatabase & { comment: string | null })[]>(server, maintenance, query)) ?? [];
  return found
    .map(({ comment, ...rest }) => ({ ...rest, record: recordOf(comment) ?? restOf(rest.name, database) }))
    .filter(({ name, record }) => name === database || record?.database === database);
}

const marker = "slipway restore ";

function recordOf(comment: string | null): RestoreRecord | undefined {
  if (!comment?.startsWith(marker)) return undefined;
  try {
    return JSON.parse(comment.slice(marker.length)) as RestoreRecord;
  } catch {
    return undefined;
  }
}

/** A program that was killed right after it made a database has not come to its comment; the name tells what it is. */
const restOf = (name: string, database: string): RestoreRecord | undefined => {
  const suffix = /_restored_\d{8}t\d{6}$/.exec(name)?.[0];
  const rest = suffix !== undefined && name === database.slice(0, 63 - suffix.length) + suffix;
  return rest ? { state: RestoreState.restoring, database, at: "" } : undefined;
};

export async function writeRecord(server: Server, database: string, record: RestoreRecord): Promise<void> {
  await runSql(server, maintenance, commentOn(database, record));
}

const commentOn = (database: string, record: RestoreRecord) => `COMMENT ON DATABASE ${identifier(database)} IS ${literal(marker + JSON.stringify(record))};`;

/**
 * Makes an empty database that belongs to whom `like` belongs, in its encoding, with its rights and settings, in the place of one that an
 * earlier run has left. Gives its owner.
 */
export async function createLike(server: Server, database: string, like: string, record: RestoreRecord): Promise<string> {
  const from = `FROM pg_database d WHERE datname = ${literal(like)}`;
  // One program for all of it: each would log in for itself.
  const statements = [
    `DROP DATABASE IF EXISTS ${identifier(database)} WITH (FORCE);`,
    `SELECT ${createStatement(database)} ${from} \\gexec`,
    `SELECT ${literal(commentOn(database, record))} ${from} \\gexec`,
    `SELECT format('SET ROLE %I', pg_get_userbyid(datdba)) ${from} \\gexec`,
    `${rightsStatements(database, like)} \\gexec`,
    `SELECT to_json(pg_get_userbyid(datdba)) ${from};`,
  ];
  const owner = await askSql<string>(server, maintenance, statements.join("\n"));
  if (owner === undefined) throw new Error(`there is no database ${like} on ${server.PGHOST}, after which the restored one is made`);
  return owner;
}

/** As SQL over a row of pg_database. The name of the locale's column differs between versions. */
const createStatement = (
  database: string,
) => `format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING %L LOCALE_PROVIDER %s LC_COLLATE %L LC_CTYPE %L%s',
       ${literal(database)}, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), CASE datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END, datcollate, datctype,
       format(CASE datlocprovider WHEN 'i' THEN ' ICU_LOCALE %L' WHEN 'b' THEN ' BUILTIN_LOCALE %L' END, coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')))`;

/** Rights on the database itself and its settings are in no dump of what is inside it. */
function rightsStatements(database: string, like: string): string {
  const name = literal(identifier(database));
  return `
       SELECT 'REVOKE ALL ON DATABASE ' || ${name} || ' FROM PUBLIC' AS statement
       FROM pg_database WHERE datname = ${literal(like)} AND datacl IS NOT NULL
       UNION ALL
       SELECT 'GRANT ' || a.privilege_type || ' ON DATABASE ' || ${name} || ' TO ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
       FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = ${literal(like)}
       UNION ALL
       SELECT 'ALTER DATABASE ' || ${name} || ' SET ' || split_part(setting, '=', 1) || ' TO ' || quote_literal(substr(setting, strpos(setting, '=') + 1))
       FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) setting WHERE d.datname = ${literal(like)} AND s.setrole = 0`;
}

/** Drops a database, whoever is connected to it. */
export async function dropDatabase(server: Server, database: string): Promise<void> {
  await runSql(server, maintenance, `DROP DATABASE IF EXISTS ${identifier(database)} WITH (FORCE);`);
}

/**
 * Puts one database in the place of another, in one transaction: at every moment exactly one of the two has the name, and a
 * program that is killed has changed nothing.
 *
 * A rename takes its lock first and then waits until nobody is connected. So sessions are ended from a second connection while it
 * waits. Those that come anew meanwhile wait for the lock; they are told that the name has moved, and find the other database by it.
 */
export async function switchDatabases(server: Server, current: string, kept: string, next: string): Promise<void> {
  const rename = (from: string, to: string) => `ALTER DATABASE ${identifier(from)} RENAME TO ${identifier(to)};`;
  const record = commentOn(kept, { state: RestoreState.replaced, database: current, at: new Date().toISOString() });
  const renamed = new AbortController();
  const ending = endSessions(server, [current, next], renamed.signal);
  try {
    await runSql(server, maintenance, [rename(current, kept), rename(next, current), record].join("\n"), ["--single-transaction"]);
  } finally {
    renamed.abort();
    await ending;
  }
}

/** Ends every session of these databases, again and again. */
async function endSessions(server: Server, databases: readonly string[], until: AbortSignal): Promise<void> {
  const names = databases.map(literal).join(", ");
  while (!until.aborted) {
    // A session that may not be ended shows as the rename that fails, with its reason.
    await runSql(
      server,
      maintenance,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN pg_roles r ON r.oid = usesysid
       WHERE datname IN (${names}) AND pid <> pg_backend_pid() AND (NOT r.rolsuper OR current_setting('is_superuser')::boolean);`,
    ).catch(() => undefined);
    await sleep(200, undefined, { signal: until }).catch(() => undefined);
  }
}
