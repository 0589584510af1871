import { slotName } from "../backup-tools/wal/server.ts";

/** Where the Job finds every password: the directory of a binding called `roles`. */
export const roleSecretsPath = "/run/secrets/bindings/roles";
export const roleStatementsPath = "/etc/roles";

/** The database that every server has, and in which nothing of ours lies. */
export const maintenanceDatabase = "postgres";

/** Names of a database's roles. */
export function roleNames(database: string) {
  return {
    /** Owns the schema; migrations log in as it. */
    owner: `${database}_owner`,
    /** Holds the application's rights; nobody logs in as it. */
    app: `${database}_app`,
    appA: `${database}_app_a`,
    appB: `${database}_app_b`,
    /** For people and reports: sees every row, changes none. */
    reader: `${database}_reader`,
    exporter: `${database}_exporter`,
    backup: `${database}_backup`,
    /** Makes databases for the owner and lets one take another's place; restores log in as it. */
    restore: `${database}_restore`,
    /** May have the server read its files again, and nothing else. */
    reload: `${database}_reload`,
    /** Copies the server's files and its log, for recovery to a moment. Only where the log is archived. */
    archive: `${database}_archive`,
  };
}

/** Who runs the SQL. */
export interface RolesRunner {
  /** Whether it is a superuser. A cloud gives none: its first role may make others, and may grant what it may itself. */
  superuser: boolean;
  /** Whether the log is archived, and the role for it exists. Defaults to false. */
  archived?: boolean;
}

/**
 * SQL, for psql, that brings the server's roles to what they should be, whatever they were: it runs at the first start, after
 * every rotation and after a restore. Passwords are read by psql itself, so they stand in no argument list and no log.
 */
export function rolesSql(database: string, { superuser, archived = false }: RolesRunner): string {
  const { archive, ...role } = roleNames(database);
  const create = (name: string) => `SELECT 'CREATE ROLE ${name}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') \\gexec`;
  const login = (name: string, file: string) => [`\\set password \`cat ${roleSecretsPath}/${file}\``, `ALTER ROLE ${name} LOGIN PASSWORD :'password';`];
  return [
    "\\set ON_ERROR_STOP on",
    // A statement that fails is written to the server's log, and these hold passwords.
    ...(superuser ? ["SET log_min_error_statement = panic;", "SET log_min_duration_statement = -1;"] : []),
    // Without it whoever makes a role can't give it a database.
    ...(superuser ? [] : ["SET createrole_self_grant = 'set, inherit';"]),
    ...Object.values(role).map(create),
    ...login(role.owner, "owner"),
    ...login(role.appA, "app_a"),
    ...login(role.appB, "app_b"),
    ...login(role.reader, "reader"),
    ...login(role.exporter, "exporter"),
    ...login(role.backup, "backup"),
    ...login(role.restore, "restore"),
    ...login(role.reload, "reload"),
    // It could read every row anyway, in a copy of the files.
    ...(archived ? [create(archive), ...login(archive, "archive"), `ALTER ROLE ${archive} REPLICATION;`, `GRANT pg_read_all_data TO ${archive};`] : []),
    `GRANT ${role.app} TO ${role.appA}, ${role.appB};`,
    `GRANT pg_monitor TO ${role.exporter};`,
    `GRANT pg_read_all_data TO ${role.backup}, ${role.reader};`,
    // A database that is to take another's place is made for the owner, and whoever is connected to the other has to leave.
    `ALTER ROLE ${role.restore} CREATEDB;`,
    `GRANT ${role.owner}, pg_signal_backend TO ${role.restore};`,
    // Not in the service's own database: a dump would hold it, and only a superuser could bring it back.
    ...(superuser ? [`GRANT EXECUTE ON FUNCTION pg_reload_conf() TO ${role.reload};`] : []),
    // A slip of the hand is refused, and a forgotten report ends: it would keep vacuum from cleaning.
    `ALTER ROLE ${role.reader} SET default_transaction_read_only = on;`,
    `ALTER ROLE ${role.reader} SET statement_timeout = '5min';`,
    `SELECT 'CREATE DATABASE ${database} OWNER ${role.owner}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${database}') \\gexec`,
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC;`,
    `GRANT CONNECT ON DATABASE ${database} TO ${role.app}, ${role.reader}, ${role.exporter}, ${role.backup}${archived ? `, ${archive}` : ""};`,
    // CloudNativePG makes a role of its own for its metrics, which asks every database.
    `SELECT 'GRANT CONNECT ON DATABASE ${database} TO cnpg_metrics_exporter' WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'cnpg_metrics_exporter') \\gexec`,
    ...(superuser && !archived ? endArchive(archive) : []),
    `\\connect ${database}`,
    ...(superuser && !archived ? dropRole(archive) : []),
    `ALTER SCHEMA public OWNER TO ${role.owner};`,
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC;",
    `GRANT USAGE ON SCHEMA public TO ${role.app};`,
    // What a later migration creates belongs to the owner; the application gets its rights on it without a GRANT in every file.
    // In schemas of its own too, such as that of a job queue.
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${role.owner} GRANT USAGE ON SCHEMAS TO ${role.app};`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${role.owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role.app};`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${role.owner} GRANT USAGE, SELECT ON SEQUENCES TO ${role.app};`,
    "",
  ].join("\n");
}

/**
 * Takes back what a log that is archived no longer has left on the server. A slot that nobody moves keeps the log until the volume is
 * full. The login goes first: an archive that is still up would make the slot anew.
 */
const endArchive = (role: string) => [
  `SELECT 'ALTER ROLE ${role} NOLOGIN NOREPLICATION' WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') \\gexec`,
  `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '${role}';`,
  `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '${slotName}';`,
];

/** To be run in the database in which it has rights. */
const dropRole = (role: string) =>
  ["OWNED BY", "ROLE"].map((what) => `SELECT 'DROP ${what} ${role}' WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') \\gexec`);

/** Who sets the roles. */
export const roleSuperuser = "postgres";

/** Shell of the Job that applies the SQL; its environment says where. */
export const rolesScript = [
  "set -eu",
  `export PGPASSWORD="$(cat ${roleSecretsPath}/admin)"`,
  // A new pod's packets pass its network policy about a second after its start.
  "for attempt in $(seq 30); do pg_isready -q && break; sleep 1; done",
  `exec psql --no-psqlrc --quiet -d postgres -f ${roleStatementsPath}/roles.sql`,
  "",
].join("\n");
