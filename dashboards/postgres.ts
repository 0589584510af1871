import { dashboard } from "./dashboard.ts";
import type { DashboardOptions, ShownPostgres, ShownWalArchive } from "./options.ts";
import { lines, type Made, numbers } from "./panel.ts";
import { from, increase, inNamespace, ofService, quantile, rate } from "./query.ts";

/** Postgres by its exporter, its volume by the kubelet, and what the service waits for it. */
export function postgresDashboard(options: DashboardOptions) {
  const postgres = options.postgres!;
  return dashboard(options, "postgres", [
    { title: "Work", panels: work(options, postgres) },
    { title: "Vacuum and storage", panels: storage(options, postgres) },
    {
      title: "Log archive",
      panels: postgres.walArchive ? fetched(options, postgres, postgres.walArchive) : postgres.archived ? archive(options, postgres) : [],
    },
    { title: "Standbys", panels: postgres.replicas ? standbys(options, postgres, postgres.replicas) : [] },
  ]);
}

/** Databases of the service: templates and the maintenance one say nothing. */
const own = 'datname!~"template.*|postgres|"';

function work({ thresholds }: DashboardOptions, { exporterJob }: ShownPostgres): Made[] {
  const counted = (name: string) => `sum(${rate(`pg_stat_database_${name}${from(exporterJob, own)}`)})`;
  return [
    numbers({
      title: "Postgres answers",
      description: "1 when the exporter has a connection. Without Postgres no pod is ready.",
      unit: "short",
      queries: { up: `max(pg_up${from(exporterJob)})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      alerts: ["PostgresDown"],
      span: 4,
      noValue: "no exporter",
    }),
    lines({
      title: "Connections in use",
      description: "Share of max_connections. The line is the alert's; at 100 % new pods can't connect.",
      unit: "percentunit",
      queries: { used: `sum(pg_stat_activity_count${from(exporterJob)}) / max(pg_settings_max_connections${from(exporterJob)})` },
      limits: [{ value: thresholds.postgresConnections, color: "red" }],
      max: 1,
      alerts: ["PostgresConnectionsHigh"],
      span: 10,
    }),
    lines({
      title: "Connections by state",
      description: "Connections by what they do. Many that are idle in a transaction hold locks and keep vacuum from cleaning.",
      unit: "short",
      queries: { "{{state}}": `sum by (state) (pg_stat_activity_count${from(exporterJob)})` },
      span: 10,
    }),
    lines({
      title: "Queries of the service, 95 %",
      span: 6,
      description: "95 % of a statement's runs are quicker than this, with the wait for a connection.",
      unit: "s",
      queries: { "{{query}}": quantile(0.95, "db_query_duration_seconds", ofService(), "query") },
      noValue: "no queries",
    }),
    lines({
      title: "Transactions",
      span: 6,
      description: "Committed and rolled back per second. Rollbacks are failed requests, or clients that left.",
      unit: "ops",
      queries: { committed: counted("xact_commit"), "rolled back": counted("xact_rollback") },
    }),
    lines({
      title: "Read from memory",
      span: 6,
      description: "Share of blocks found in shared buffers. A fall after growth means memory no longer holds what is used.",
      unit: "percentunit",
      queries: { hits: `${counted("blks_hit")} / (${counted("blks_hit")} + ${counted("blks_read")})` },
      max: 1,
      noValue: "no reads",
    }),
    lines({
      title: "Deadlocks",
      span: 6,
      description: "Transactions that Postgres ended because two waited for each other, since the point before. Callers got an error or a retry.",
      unit: "short",
      queries: { deadlocks: `sum(${increase(`pg_stat_database_deadlocks${from(exporterJob, own)}`)})` },
    }),
  ];
}

function storage({ thresholds }: DashboardOptions, { exporterJob, claim }: ShownPostgres): Made[] {
  const volume = inNamespace(`persistentvolumeclaim="${claim}"`);
  return [
    lines({
      title: "Oldest transaction",
      description: "How long the oldest open transaction has been open: it keeps vacuum from cleaning. A dump is one too. The line is the alert's.",
      unit: "s",
      queries: { age: `max(pg_long_running_transactions_oldest_timestamp_seconds${from(exporterJob)})` },
      limits: [{ value: thresholds.postgresTransactionSeconds, color: "red" }],
      alerts: ["PostgresLongTransaction"],
    }),
    lines({
      title: "Transaction ID age",
      description:
        "Transactions since the oldest row was frozen. Autovacuum acts at 200 million; at 2,100 million Postgres refuses writes. The line is the alert's.",
      unit: "short",
      queries: { "{{datname}}": `max by (datname) (pg_database_wraparound_age_datfrozenxid_seconds${from(exporterJob)})` },
      limits: [{ value: thresholds.postgresTransactionIdAge, color: "red" }],
      alerts: ["PostgresXidAgeHigh"],
    }),
    lines({
      title: "Dead rows",
      description: "Rows that vacuum has still to clean, in the five tables with most of them. A line that only rises is a table that vacuum can't clean.",
      unit: "short",
      queries: { "{{relname}}": `topk(5, max by (relname) (pg_stat_user_tables_n_dead_tup${from(exporterJob)}))` },
      noValue: "no tables",
    }),
    lines({
      title: "Size of the database",
      description: "Tables and indexes, by database. Its slope says when the volume is full.",
      unit: "bytes",
      queries: { "{{datname}}": `max by (datname) (pg_database_size_bytes${from(exporterJob, own)})` },
    }),
    lines({
      title: "Write-ahead log on disk",
      description: "Log that is still on the data volume. It grows without end while an archive fails or a standby's slot stands still.",
      unit: "bytes",
      queries: { log: `max(pg_wal_size_bytes${from(exporterJob)})` },
    }),
    ...(claim === undefined
      ? []
      : [
          lines({
            title: "Disk free",
            description: "Share of the data volume that is free. Under the line the alert begins; at 0 Postgres stops.",
            unit: "percentunit",
            queries: { free: `min(kubelet_volume_stats_available_bytes${volume} / kubelet_volume_stats_capacity_bytes${volume})` },
            below: "red",
            limits: [{ value: thresholds.diskFree, color: "green" }],
            max: 1,
            alerts: ["PostgresDiskFillingUp"],
            noValue: "no kubelet metrics",
          }),
        ]),
  ];
}

/** By whichever brings the log to the archive. */
function archived({ thresholds }: DashboardOptions, age: string, segments: (outcome: "archived" | "failed") => string): Made[] {
  return [
    lines({
      title: "Age of the last archived segment",
      description: "What was written since is lost with the volume. Without writes it grows by itself; the line is the alert's, while there are some.",
      unit: "s",
      queries: { age },
      limits: [{ value: thresholds.walArchiveLagSeconds, color: "red" }],
      alerts: ["PostgresWalArchiveLag"],
      noValue: "none archived",
    }),
    lines({
      title: "Segments archived",
      description: "Segments that went to the archive, and attempts that failed, since the point before. Failures without a success raise the alert.",
      unit: "short",
      queries: { archived: segments("archived"), failed: segments("failed") },
      alerts: ["PostgresWalArchiveFailing"],
    }),
  ];
}

/** The server's own `archive_command` or `archive_library`. */
function archive(options: DashboardOptions, { exporterJob }: ShownPostgres): Made[] {
  const age = `max(pg_stat_archiver_last_archive_age${from(exporterJob)})`;
  return archived(options, age, (outcome) => `max(${increase(`pg_stat_archiver_${outcome}_count${from(exporterJob)}`)})`);
}

/** What fetches the log by a slot, of which the server only knows what it keeps for it. */
function fetched(options: DashboardOptions, { exporterJob }: ShownPostgres, { job, exporterJob: bucketJob, database }: ShownWalArchive): Made[] {
  const age =
    bucketJob === undefined
      ? `time() - max(wal_archive_last_archived_timestamp_seconds${from(job)} > 0)`
      : `max(backup_wal_archived_lag_seconds${from(bucketJob, database === undefined ? "" : `database="${database}"`)})`;
  const counters = { archived: "wal_archive_archived_segments_total", failed: "wal_archive_failures_total" };
  const slot = from(exporterJob, 'slot_name="slipway_archive"');
  const held = `max(pg_replication_slots_pg_wal_lsn_diff${slot})`;
  return [
    ...archived(options, age, (outcome) => `max(${increase(`${counters[outcome]}${from(job)}`)})`),
    lines({
      title: "Log held back",
      description:
        "Share of the log that Postgres may keep for the archive which waits on the data volume. The line is the alert's; at 100 % it is thrown away.",
      unit: "percentunit",
      queries: { held: `${held} / (${held} + max(pg_replication_slots_safe_wal_size_bytes${slot}))` },
      limits: [{ value: options.thresholds.walHeldBack, color: "red" }],
      max: 1,
      alerts: ["PostgresWalHeldBack"],
      noValue: "no slot",
    }),
  ];
}

function standbys({ thresholds }: DashboardOptions, { exporterJob, replicasJob = exporterJob }: ShownPostgres, replicas: number): Made[] {
  const followers = from(exporterJob, 'application_name!~"pg_basebackup|pg_receivewal"');
  return [
    lines({
      title: "Standbys behind",
      description: "By how much the standby that is furthest behind lags. Its readers see data as old as that. The line is the alert's.",
      unit: "s",
      queries: { lag: `max(pg_replication_lag_seconds${from(replicasJob)})` },
      limits: [{ value: thresholds.replicationLagSeconds, color: "red" }],
      alerts: ["PostgresReplicationLag"],
      span: 12,
    }),
    numbers({
      title: "Standbys that follow",
      description: `Standbys that stream the log from the primary; ${replicas} should.`,
      unit: "short",
      queries: { standbys: `count(pg_stat_replication_pg_wal_lsn_diff${followers}) or vector(0)` },
      below: "red",
      limits: [{ value: replicas, color: "green" }],
      alerts: ["PostgresStandbyMissing"],
      span: 12,
    }),
  ];
}
