import { hold } from "../prometheus/hold.ts";
import { duration, durationText, percent, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedPostgres } from "./watched.ts";

/** Over which a volume's growth is measured: a nightly job alone is no trend. */
const trendSeconds = 6 * 3600;

/** Postgres, by postgres_exporter with the collectors `long_running_transactions` and `database_wraparound`, and its disk, by the kubelet. */
export function postgresAlerts(subject: AlertSubject, watched: WatchedPostgres) {
  const { namespace, service, thresholds } = subject;
  const target = selector({ job: watched.exporterJob, namespace });
  return alerts(subject, [
    {
      name: "PostgresDown",
      severity: "critical",
      dashboard: "postgres",
      // `max`: while the exporter itself rolls, two of them report.
      expr: `max(pg_up${target}) == 0`,
      for: hold.secondLook,
      summary: `Postgres of ${service} in ${namespace} does not answer.`,
      description: `The exporter has had no connection for ${durationText(hold.secondLook)}. Requests that are not answered from a cache fail, and pods turn unready.`,
    },
    {
      name: "PostgresConnectionsHigh",
      severity: "warning",
      dashboard: "postgres",
      expr: `sum(pg_stat_activity_count${target}) / max(pg_settings_max_connections${target}) > ${thresholds.postgresConnections}`,
      for: hold.restart,
      summary: `Postgres of ${service} in ${namespace} runs out of connections.`,
      description: `{{ $value | humanizePercentage }} of max_connections are in use, threshold ${percent(thresholds.postgresConnections)}. At 100 % new pods can't connect, and callers get errors.`,
    },
    {
      name: "PostgresXidAgeHigh",
      severity: "warning",
      dashboard: "postgres",
      expr: `max(pg_database_wraparound_age_datfrozenxid_seconds${target}) > ${thresholds.postgresTransactionIdAge}`,
      for: hold.background,
      summary: `Vacuum of Postgres of ${service} in ${namespace} lags behind.`,
      description: `The oldest transaction ID is {{ $value | humanize }} transactions old, threshold ${thresholds.postgresTransactionIdAge}. At about 2,100 million Postgres refuses every write.`,
    },
    {
      name: "PostgresLongTransaction",
      severity: "warning",
      dashboard: "postgres",
      expr: `max(pg_long_running_transactions_oldest_timestamp_seconds${target}) > ${thresholds.postgresTransactionSeconds}`,
      for: hold.restart,
      summary: `A transaction in Postgres of ${service} in ${namespace} stays open.`,
      description: `It began {{ $value | humanizeDuration }} ago, threshold ${thresholds.postgresTransactionSeconds} s. It may hold locks, and vacuum can't clean what came after it: tables and queries grow slower.`,
    },
    watched.claim !== undefined && diskFillingUp(subject, watched.claim),
  ]);
}

function diskFillingUp({ namespace, service, thresholds }: AlertSubject, claim: string) {
  const volume = selector({ namespace, persistentvolumeclaim: claim });
  const available = `kubelet_volume_stats_available_bytes${volume}`;
  const free = `min(${available} / kubelet_volume_stats_capacity_bytes${volume})`;
  // A trend counts only on a volume that is half full: on an empty one the first load of data would be a false alarm.
  const trend = `min(predict_linear(${available}[${duration(trendSeconds)}], ${thresholds.diskFullDays * 86_400})) < 0`;
  return {
    name: "PostgresDiskFillingUp",
    severity: "warning",
    dashboard: "postgres",
    expr: `${free} < ${thresholds.diskFree} or (${free} < 0.5 and ${trend})`,
    for: hold.background,
    summary: `The disk of Postgres of ${service} in ${namespace} fills up.`,
    description: `{{ $value | humanizePercentage }} of ${claim} is free: under ${percent(thresholds.diskFree)}, or full within ${thresholds.diskFullDays} days at the pace of the last ${durationText(trendSeconds)}. A full disk stops Postgres, and with it every write.`,
  } as const;
}
