import { bytes } from "../kubernetes/quantities.ts";

export const socketDirectory = "/var/run/postgresql";
export const configDirectory = "/etc/postgresql";
export const certificateDirectory = "/run/secrets/certificate";
/** Above the data directory, since version 18 of the image refuses a volume at the data directory itself. */
export const volumePath = "/var/lib/postgresql";

/** Set by us, so that a new major version of the image does not look for its data somewhere else. */
export function dataDirectory(generation: number): string {
  return `${volumePath}/pgdata${generation === 1 ? "" : `-${generation}`}`;
}

/**
 * How a new database compares and sorts text, the same in the modes `single` and `cluster`: every letter is known, and the order is that of
 * code points, which no other version of the C library changes. Images disagree about it, and an index in another order finds no rows.
 */
export const locale = "C.UTF-8";

const kilobytes = (amount: number) => `${Math.max(64, Math.floor(amount / 1024))}kB`;

/** Settings of a server, wherever it runs, tuned from the memory that its container really has. */
export function serverSettings(memory: string, maxConnections: number): Record<string, string | number> {
  const limit = bytes(memory);
  return {
    password_encryption: "scram-sha-256",
    ssl_min_protocol_version: "TLSv1.3",
    max_connections: maxConnections,
    // A quarter of the memory, as the manual advises (19.4.1); the rest is the connections' and the page cache's.
    shared_buffers: kilobytes(limit / 4),
    effective_cache_size: kilobytes((limit * 3) / 4),
    // Every connection may sort twice at once; together they must stay within a quarter of the limit, or the kernel kills the server.
    work_mem: kilobytes(limit / 4 / maxConnections / 2),
    maintenance_work_mem: kilobytes(limit / 16),
    // Huge pages are not granted to a container unless asked for; trying would end in a crash on nodes that have some.
    huge_pages: "off",
    max_wal_size: "512MB",
    checkpoint_completion_target: 0.9,
    ...sessionSettings,
  };
}

/** What keeps one client from harming the others, and what is worth a line in the log. */
export const sessionSettings = {
  // A client that vanished in a transaction would hold back vacuum for ever.
  idle_in_transaction_session_timeout: "60s",
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
  log_min_duration_statement: "1s",
  log_lock_waits: "on",
  log_checkpoints: "on",
  timezone: "UTC",
} as const;

/** What a server needs whose log is archived, in a volume of that size. */
export function archiveSettings(storage: string): Record<string, string> {
  return {
    // A segment is archived when it is closed, so this is how much a loss of the volume may cost; one that is not full shrinks to what it holds.
    archive_timeout: "60s",
    // An archive that is away must not fill the volume: beyond this the server throws its log away, and the archive has a hole instead.
    max_slot_wal_keep_size: `${Math.max(512, Math.floor(bytes(storage) / 4 / 2 ** 20))}MB`,
  };
}

/** postgresql.conf of a server of ours. */
export function postgresqlConf(memory: string, maxConnections: number, more: Record<string, string> = {}): string {
  const settings = {
    listen_addresses: "*",
    unix_socket_directories: socketDirectory,
    hba_file: `${configDirectory}/pg_hba.conf`,
    ssl: "on",
    ssl_cert_file: `${certificateDirectory}/tls.crt`,
    ssl_key_file: `${certificateDirectory}/tls.key`,
    wal_level: "replica",
    logging_collector: "off",
    ...serverSettings(memory, maxConnections),
    ...more,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${typeof value === "number" ? value : `'${value}'`}\n`)
    .join("");
}

/** pg_hba.conf: a password on every way in, the local socket included, and over the network by TLS only. */
export const pgHbaConf = hbaConf([]);

/** The same, with a way to the server's files and its log for these roles. */
export function hbaConf(replicationRoles: readonly string[]): string {
  const replication = replicationRoles.map((role) => `hostssl replication ${role} all scram-sha-256`);
  const lines = [
    "local all all scram-sha-256",
    "hostssl all all all scram-sha-256",
    ...replication,
    "host all all all reject",
    "host replication all all reject",
  ];
  return lines.join("\n").concat("\n");
}
