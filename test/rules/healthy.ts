import { app, cluster, container, exporter, issuer, worker } from "./cases/case.ts";
import { answered, counter, quicker, started, up } from "./traffic.ts";

const minutes = 120;
const steady = (value: number) => `${value}x${minutes}`;
const rising = (rate: number) => counter([{ minutes, rate }]);
const claim = { persistentvolumeclaim: "data-postgres-0" };
const pod = { pod: "links-5f9c-x2k4p", container: "app" };
const cronJobs = ["postgres-backup", "redis-state-backup", "postgres-wal-base"];
const newest = [
  { database: "links", kind: "dump" },
  { database: "redis-state", kind: "redis" },
  { database: "links", kind: "base" },
];
const slot = { slot_name: "slipway_archive" };

/** Everything that the rules of one service read, for two hours in which nothing is wrong, in promtool's notation. Time begins at 0. */
export const healthy: Record<string, string> = {
  [up]: steady(1),
  [started]: steady(-9999),
  [answered("200")]: rising(600),
  [quicker("0.25")]: rising(599),
  [app("nodejs_eventloop_lag_p99_seconds")]: steady(0.055),
  [app("db_pool_connections", { state: "waiting" })]: steady(0),
  ...Object.fromEntries(["postgres", "redis-cache", "redis-state"].map((dependency) => [app("dependency_up", { dependency }), steady(1)])),
  [app("ratelimit_decisions_total", { source: "redis" })]: rising(600),
  [app("circuit_breaker_state", { name: "postgres" })]: steady(0),
  [app("tracing_spans_exported_total")]: rising(60),
  [app("tracing_spans_dropped_total", { reason: "failed" })]: steady(0),
  [app("websocket_connections")]: steady(100),
  [app("websocket_connections_max")]: steady(1000),
  [app("websocket_closes_total", { code: "1001" })]: rising(10),
  [app("websocket_closes_total", { code: "1006" })]: rising(1),
  [worker("up")]: steady(1),
  [worker("process_start_time_seconds")]: steady(-9999),
  [worker("queue_jobs_total", { queue: "link-statistics", outcome: "completed" })]: rising(60),
  [worker("queue_jobs_total", { queue: "link-statistics", outcome: "failed" })]: steady(0),
  [worker("queue_oldest_waiting_seconds", { queue: "link-statistics" })]: steady(2),
  [worker("queue_jobs", { queue: "dead-letters", state: "waiting" })]: steady(0),
  ...Object.fromEntries(
    ["postgres-exporter", "redis-cache-exporter", "redis-state-exporter", "backup-exporter", "postgres-wal"].map((job) => [exporter(job, "up"), steady(1)]),
  ),
  [exporter("postgres-exporter", "pg_up")]: steady(1),
  [exporter("postgres-exporter", "pg_stat_activity_count")]: steady(20),
  [exporter("postgres-exporter", "pg_settings_max_connections")]: steady(100),
  [exporter("postgres-exporter", "pg_database_wraparound_age_datfrozenxid_seconds")]: steady(1e6),
  [exporter("postgres-exporter", "pg_long_running_transactions_oldest_timestamp_seconds")]: steady(0),
  [exporter("postgres-exporter", "pg_stat_archiver_archived_count")]: rising(1),
  [exporter("postgres-exporter", "pg_stat_archiver_failed_count")]: steady(3),
  [exporter("postgres-exporter", "pg_stat_archiver_last_archive_age")]: steady(200),
  [exporter("postgres-wal", "wal_archive_archived_segments_total")]: rising(1),
  [exporter("postgres-wal", "wal_archive_failures_total")]: steady(3),
  [exporter("postgres-wal", "wal_archive_behind_since_timestamp_seconds")]: steady(0),
  [exporter("postgres-wal", "wal_archive_gaps_total")]: steady(1),
  [exporter("backup-exporter", "backup_wal_archived_lag_seconds", { database: "links" })]: steady(60),
  [exporter("postgres-exporter", "pg_replication_slots_pg_wal_lsn_diff", slot)]: steady(2e7),
  [exporter("postgres-exporter", "pg_replication_slots_safe_wal_size_bytes", slot)]: steady(5e8),
  [exporter("postgres-exporter", "pg_replication_slots_wal_status", { ...slot, wal_status: "reserved" })]: steady(1),
  [exporter("postgres-exporter", "pg_stat_database_tup_inserted")]: rising(600),
  [exporter("postgres-exporter", "pg_stat_database_tup_updated")]: rising(60),
  [exporter("postgres-exporter", "pg_stat_database_tup_deleted")]: rising(6),
  [exporter("postgres-exporter", "pg_replication_lag_seconds")]: steady(0.1),
  ...Object.fromEntries(
    ["a", "b"].map((name) => [exporter("postgres-exporter", "pg_stat_replication_pg_wal_lsn_diff", { application_name: name }), steady(0)]),
  ),
  ...Object.fromEntries(
    ["cache", "state"].flatMap((purpose) => [
      [exporter(`redis-${purpose}-exporter`, "redis_up"), steady(1)],
      [exporter(`redis-${purpose}-exporter`, "redis_memory_used_bytes"), steady(20)],
      [exporter(`redis-${purpose}-exporter`, "redis_memory_max_bytes"), steady(100)],
      [exporter(`redis-${purpose}-exporter`, "redis_evicted_keys_total"), steady(0)],
      [exporter(`redis-${purpose}-exporter`, "redis_aof_last_write_status"), steady(1)],
      [exporter(`redis-${purpose}-exporter`, "redis_aof_last_bgrewrite_status"), steady(1)],
    ]),
  ),
  [cluster("kube_deployment_created", { deployment: "links" })]: steady(1),
  [cluster("kube_deployment_spec_replicas", { deployment: "links" })]: steady(2),
  [cluster("kube_deployment_status_replicas_available", { deployment: "links" })]: steady(2),
  [cluster("kube_deployment_status_condition", { deployment: "links", condition: "Progressing", status: "false" })]: steady(0),
  [cluster("kube_statefulset_replicas", { statefulset: "postgres" })]: steady(1),
  [cluster("kube_statefulset_status_replicas_ready", { statefulset: "postgres" })]: steady(1),
  [cluster("kube_deployment_spec_paused", { deployment: "links" })]: steady(0),
  [cluster("kube_poddisruptionbudget_status_pod_disruptions_allowed", { poddisruptionbudget: "links" })]: steady(1),
  [cluster("kube_poddisruptionbudget_status_expected_pods", { poddisruptionbudget: "links" })]: steady(2),
  [cluster("kube_pod_container_resource_limits", { ...pod, resource: "memory" })]: steady(200),
  [container("container_memory_working_set_bytes", pod)]: steady(100),
  [container("container_cpu_cfs_periods_total", pod)]: rising(600),
  [container("container_cpu_cfs_throttled_periods_total", pod)]: rising(6),
  [cluster("kube_horizontalpodautoscaler_spec_min_replicas", { horizontalpodautoscaler: "links" })]: steady(2),
  [cluster("kube_horizontalpodautoscaler_status_desired_replicas", { horizontalpodautoscaler: "links" })]: steady(2),
  [cluster("kube_horizontalpodautoscaler_spec_max_replicas", { horizontalpodautoscaler: "links" })]: steady(4),
  [cluster("kube_pod_container_status_restarts_total", pod)]: steady(0),
  [cluster("kube_job_failed", { job_name: "links-migration-1", condition: "true" })]: steady(0),
  ...Object.fromEntries(
    cronJobs.flatMap((cronjob) => [
      [cluster("kube_cronjob_created", { cronjob }), steady(0)],
      [cluster("kube_cronjob_status_last_successful_time", { cronjob }), steady(0)],
    ]),
  ),
  ...Object.fromEntries(
    newest.flatMap((one) => [
      [exporter("backup-exporter", "backup_size_bytes", one), steady(1e6)],
      [exporter("backup-exporter", "backup_last_success_timestamp_seconds", one), steady(0)],
      [exporter("backup-exporter", "backup_damaged", one), steady(0)],
    ]),
  ),
  [exporter("backup-exporter", "backup_unreadable")]: steady(0),
  [exporter("backup-exporter", "restore_drill_last_success_timestamp_seconds", { drilled: "newest" })]: steady(0),
  [exporter("backup-exporter", "restore_drill_last_success_timestamp_seconds", { drilled: "moment" })]: steady(0),
  [exporter("backup-exporter", "restore_drill_result", { check: "rows" })]: steady(1),
  [exporter("backup-exporter", "restore_drill_duration_seconds", { phase: "restore" })]: steady(600),
  [exporter("backup-exporter", "restore_drill_rpo_seconds")]: steady(3600),
  [cluster("kubelet_volume_stats_available_bytes", claim)]: steady(80),
  [cluster("kubelet_volume_stats_capacity_bytes", claim)]: steady(100),
  [issuer("certmanager_certificate_expiration_timestamp_seconds")]: steady(60 * 86_400),
  [issuer("certmanager_certificate_ready_status", { condition: "True" })]: steady(1),
};
