import { dashboard } from "./dashboard.ts";
import type { DashboardOptions, DashboardThresholds, ShownBackup, ShownPostgres, ShownRedis } from "./options.ts";
import { lines, numbers } from "./panel.ts";

/** Everything that holds data: Postgres, the Redises, and the backups. */
export function dataDashboard(options: DashboardOptions) {
  const { postgres, redis = [], backup, thresholds } = options;
  return dashboard(options, "data", [
    { title: "Postgres", panels: postgres ? postgresPanels(postgres, thresholds) : [] },
    { title: "Redis", panels: redis.length > 0 ? redisPanels(redis, thresholds) : [] },
    { title: "Backups", panels: backup ? backupPanels(backup) : [] },
  ]);
}

function postgresPanels({ exporterJob, claim }: ShownPostgres, thresholds: DashboardThresholds) {
  const target = `{namespace="$namespace", job="${exporterJob}"}`;
  const database = `{namespace="$namespace", job="${exporterJob}", datname!~"template.*|postgres|"}`;
  const rate = (metric: string) => `rate(${metric}${database}[$__rate_interval])`;
  const volume = `{namespace="$namespace", persistentvolumeclaim="${claim}"}`;
  return [
    numbers({
      title: "Postgres answers",
      description: "1 when the exporter has a connection.",
      unit: "short",
      queries: { up: `max(pg_up${target})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      span: 4,
      noValue: "no exporter",
    }),
    lines({
      title: "Connections in use",
      description: "Share of max_connections. The line is the alert's; at 100 % new pods can't connect.",
      unit: "percentunit",
      queries: { used: `sum(pg_stat_activity_count${target}) / max(pg_settings_max_connections${target})` },
      limits: [{ value: thresholds.postgresConnections, color: "red" }],
      max: 1,
      span: 10,
    }),
    lines({
      title: "Queries of the service, 95 %",
      description: "95 % of a statement's runs are quicker than this, with the wait for a connection.",
      unit: "s",
      queries: {
        "{{query}}":
          'histogram_quantile(0.95, sum by (le, query) (rate(db_query_duration_seconds_bucket{namespace="$namespace", job="$service"}[$__rate_interval])))',
      },
      span: 10,
      noValue: "no queries",
    }),
    lines({
      title: "Transactions",
      description: "Committed and rolled back per second. Rollbacks are failed requests, or clients that left.",
      unit: "ops",
      queries: { committed: `sum(${rate("pg_stat_database_xact_commit")})`, "rolled back": `sum(${rate("pg_stat_database_xact_rollback")})` },
    }),
    lines({
      title: "Read from memory",
      description: "Share of blocks found in shared buffers. A fall after growth means memory no longer holds what is used.",
      unit: "percentunit",
      queries: {
        hits: `sum(${rate("pg_stat_database_blks_hit")}) / (sum(${rate("pg_stat_database_blks_hit")}) + sum(${rate("pg_stat_database_blks_read")}))`,
      },
      max: 1,
      noValue: "no reads",
    }),
    lines({
      title: "Oldest transaction",
      description: "Seconds that the oldest open transaction has been open: it keeps vacuum from cleaning. A dump is one too. The line is the alert's.",
      unit: "s",
      queries: { age: `max(pg_long_running_transactions_oldest_timestamp_seconds${target})` },
      limits: [{ value: thresholds.postgresTransactionSeconds, color: "red" }],
    }),
    lines({
      title: "Transaction ID age",
      description:
        "Transactions since the oldest row was frozen. Autovacuum acts at 200 million; at 2,100 million Postgres refuses writes. The line is the alert's.",
      unit: "short",
      queries: { "{{datname}}": `max by (datname) (pg_database_wraparound_age_datfrozenxid_seconds${target})` },
      limits: [{ value: thresholds.postgresTransactionIdAge, color: "red" }],
    }),
    lines({
      title: "Size of the database",
      description: "Bytes of tables and indexes.",
      unit: "bytes",
      queries: { "{{datname}}": `max by (datname) (pg_database_size_bytes${database})` },
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
            noValue: "no kubelet metrics",
          }),
        ]),
  ];
}

function redisPanels(redis: ShownRedis[], thresholds: DashboardThresholds) {
  const target = `{namespace="$namespace", job=~"${redis.map(({ exporterJob }) => exporterJob).join("|")}"}`;
  const rate = (metric: string) => `sum by (job) (rate(${metric}${target}[$__rate_interval]))`;
  const legend = "{{job}}";
  return [
    numbers({
      title: "Redis answers",
      description: "1 when the exporter has a connection. The service answers without either, slower and with approximate limits.",
      unit: "short",
      queries: { [legend]: `max by (job) (redis_up${target})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      noValue: "no exporter",
    }),
    lines({
      title: "Memory used",
      description: "Share of maxmemory. A cache is full by purpose; state must stay under the line, which is the alert's.",
      unit: "percentunit",
      queries: { [legend]: `max by (job) (redis_memory_used_bytes${target}) / (max by (job) (redis_memory_max_bytes${target}) > 0)` },
      limits: [{ value: thresholds.redisMemory, color: "red" }],
      max: 1,
    }),
    lines({
      title: "Keys evicted",
      description: "Keys dropped per second for lack of memory. Normal for a cache that is full; for state any is lost data.",
      unit: "ops",
      queries: { [legend]: rate("redis_evicted_keys_total") },
    }),
    lines({
      title: "Commands",
      description: "Commands per second. It follows the traffic; a jump without one is a loop.",
      unit: "ops",
      queries: { [legend]: rate("redis_commands_processed_total") },
    }),
    lines({
      title: "Keys found",
      description: "Share of look-ups that found their key.",
      unit: "percentunit",
      queries: { [legend]: `${rate("redis_keyspace_hits_total")} / (${rate("redis_keyspace_hits_total")} + ${rate("redis_keyspace_misses_total")})` },
      max: 1,
      noValue: "no look-ups",
    }),
    lines({
      title: "Clients",
      description: "Connections, the exporter's own among them. One or two a pod; a rising line is a leak.",
      unit: "short",
      queries: { [legend]: `max by (job) (redis_connected_clients${target})` },
    }),
  ];
}

function backupPanels({ cronJob, maximumAgeHours }: ShownBackup) {
  const cron = `{namespace="$namespace", cronjob="${cronJob}"}`;
  const jobs = `{namespace="$namespace", job_name=~"${cronJob}-.*"}`;
  return [
    numbers({
      title: "Age of the newest backup",
      description: `Time since the CronJob last succeeded. All that was written since is lost with the volume. The alert begins at ${maximumAgeHours} hours.`,
      unit: "s",
      queries: { age: `time() - max(kube_cronjob_status_last_successful_time${cron})` },
      limits: [{ value: maximumAgeHours * 3600, color: "red" }],
      noValue: "none yet",
    }),
    lines({
      title: "Duration of backups",
      description: "Seconds that each finished Job took. It grows with the database, and must end before the next is due.",
      unit: "s",
      queries: { "{{job_name}}": `kube_job_status_completion_time${jobs} - kube_job_status_start_time${jobs}` },
      noValue: "none yet",
    }),
    numbers({
      title: "Failed Jobs kept",
      description: "Failed Jobs whose logs are still there.",
      unit: "short",
      queries: { failed: `sum(kube_job_failed{namespace="$namespace", job_name=~"${cronJob}-.*", condition="true"}) or vector(0)` },
      limits: [{ value: 1, color: "orange" }],
    }),
  ];
}
