/** How a recovered server is told where the log comes from and when to stop. */
export interface RecoverySettings {
  socketDirectory: string;
  /** Files of the server's own configuration lie here, outside of its data. */
  configDirectory: string;
  /** Command that fetches one file of the log. */
  restoreCommand: string;
  /** Moment to stop at; left out for the end of the archive. */
  at?: Date;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** A moment as this setting takes it: it refuses the abbreviations of time zones, and Z is one. */
export const postgresTime = (at: Date) => at.toISOString().replace("T", " ").replace("Z", "+00");

/** postgresql.conf of a recovered server: nobody reaches it but by its socket, and it recovers what it is told. */
export function recoveryConf({ socketDirectory, configDirectory, restoreCommand, at }: RecoverySettings): string {
  const settings: Record<string, string> = {
    listen_addresses: "''",
    unix_socket_directories: quoted(socketDirectory),
    hba_file: quoted(`${configDirectory}/pg_hba.conf`),
    ident_file: quoted(`${configDirectory}/pg_ident.conf`),
    // Nothing may connect before the moment is reached; and so its limits need not be those of the server that wrote the log.
    hot_standby: "off",
    restore_command: quoted(restoreCommand),
    recovery_target_timeline: "'latest'",
    recovery_target_action: "'promote'",
    ...(at && { recovery_target_time: quoted(postgresTime(at)), recovery_target_inclusive: "on" }),
    shared_buffers: "'64MB'",
    huge_pages: "off",
    // The 64 MiB of a container's own /dev/shm would end a parallel index.
    dynamic_shared_memory_type: "mmap",
    // It is a copy: after a crash it is made anew.
    fsync: "off",
    full_page_writes: "off",
    max_wal_size: "'1GB'",
    archive_mode: "off",
    autovacuum: "off",
    timezone: "'UTC'",
    logging_collector: "off",
    log_destination: "'stderr'",
    lc_messages: "'C'",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");
}

/** Whoever is in this container may log in by the socket, which nobody else sees. */
export const recoveryHba = "local all all trust\n";
