import { hold } from "../prometheus/hold.ts";
import { selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedPostgres } from "./watched.ts";

/** Connections that stream the log without being a standby. */
const noStandby = '!~"pg_basebackup|pg_receivewal"';

/** The log's way to standbys. Nothing where there are none. */
export function postgresReplicationAlerts(subject: AlertSubject, watched: WatchedPostgres) {
  const { namespace, service, thresholds } = subject;
  const target = selector({ job: watched.exporterJob, namespace });
  const standby = selector({ job: watched.replicasJob ?? watched.exporterJob, namespace });
  const standbys = watched.replicas ?? 0;
  return alerts(subject, [
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
