import { hold } from "../prometheus/hold.ts";
import { duration, durationText, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedPostgres } from "./watched.ts";

/** The archiver tries again every minute at the latest. */
const attemptsSeconds = hold.burst;

/** Connections that stream the log without being a standby. */
const noStandby = '!~"pg_basebackup|pg_receivewal"';

/** The log's way out of Postgres: to the archive and to standbys. Nothing where there are none. */
export function postgresReplicationAlerts(subject: AlertSubject, watched: WatchedPostgres) {
  const { namespace, service, thresholds } = subject;
  const target = selector({ job: watched.exporterJob, namespace });
  const standby = selector({ job: watched.replicasJob ?? watched.exporterJob, namespace });
  const attempts = (outcome: string) => `max(increase(pg_stat_archiver_${outcome}_count${target}[${duration(attemptsSeconds)}])) > 0`;
  const lag = thresholds.walArchiveLagSeconds;
  const writes = ["inserted", "updated", "deleted"].map((what) => `sum(increase(pg_stat_database_tup_${what}${target}[${duration(lag)}]))`).join(" + ");
  const standbys = watched.replicas ?? 0;
  return alerts(subject, [
    watched.archived && {
      name: "PostgresWalArchiveFailing",
      severity: "warning",
      dashboard: "postgres",
      // Segments go in their order: while one fails none succeeds, and one that succeeds ends the failure.
      expr: `${attempts("failed")} unless ${attempts("archived")}`,
      for: hold.burst,
      summary: `Postgres of ${service} in ${namespace} can't archive its log.`,
      description: `{{ $value | humanize }} attempts failed within ${durationText(attemptsSeconds)} and none succeeded. What is written now can't be restored from the archive, and the log stays on the data volume until that is full.`,
    },
    watched.archived && {
      name: "PostgresWalArchiveLag",
      severity: "warning",
      dashboard: "postgres",
      // A database to which nobody writes has nothing to archive, and its last segment grows old by itself.
      expr: `max(pg_stat_archiver_last_archive_age${target}) > ${lag} and ${writes} > 0`,
      for: hold.burst,
      summary: `The log archive of Postgres of ${service} in ${namespace} is behind.`,
      description: `The last segment was archived {{ $value | humanizeDuration }} ago, threshold ${lag} s, and there were writes since. They would be lost with the data volume.`,
    },
    standbys > 0 && {
      name: "PostgresReplicationLag",
      severity: "warning",
      dashboard: "postgres",
      expr: `max(pg_replication_lag_seconds${standby}) > ${thresholds.replicationLagSeconds}`,
      for: hold.restart,
      summary: `A standby of Postgres of ${service} in ${namespace} is behind.`,
      description: `It shows what the primary held {{ $value | humanizeDuration }} ago, threshold ${thresholds.replicationLagSeconds} s. Readers of the standby see old data; if the primary is lost now, those seconds of writes may be too.`,
    },
    standbys > 0 && {
      name: "PostgresStandbyMissing",
      severity: "warning",
      dashboard: "postgres",
      // A standby that has lost its connection has replayed all it received, and so reports no lag.
      expr:
        `(count(pg_stat_replication_pg_wal_lsn_diff${selector({ job: watched.exporterJob, namespace, application_name: noStandby })}) or vector(0)) < ${standbys} ` +
        `and on () max(pg_up${target}) == 1`,
      for: hold.restart,
      summary: `A standby of Postgres of ${service} in ${namespace} does not follow.`,
      description: `{{ $value }} of ${standbys} standbys stream from the primary. Callers are served; with one failure more they may not be, and the last writes may be lost.`,
    },
  ]);
}
