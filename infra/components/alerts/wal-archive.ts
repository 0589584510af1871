import { slotName } from "../backup-tools/wal/server.ts";
import { hold } from "../prometheus/hold.ts";
import { duration, durationText, percent, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedPostgres, WatchedWalArchive } from "./watched.ts";

/** As long as a hole stays news. */
const newsSeconds = 3600;

/** Of one source: what the last attempts were, and by what the archive is behind. */
interface ArchiveSource {
  attempts(outcome: "failed" | "archived", window: string): string;
  /** Conditions under which it is behind by more than some seconds; `writes` holds while somebody writes. */
  behind(lagSeconds: number, writes: string): string[];
}

/** The server's own `archive_command` or `archive_library`, by postgres_exporter. */
function byServer(target: string): ArchiveSource {
  return {
    attempts: (outcome, window) => `max(increase(pg_stat_archiver_${outcome}_count${target}[${window}]))`,
    behind: (lag, writes) => [`max(pg_stat_archiver_last_archive_age${target}) > ${lag} and ${writes} > 0`],
  };
}

/** A `WalArchive`, by what it says and by what lies in the bucket. The server knows nothing of it: `pg_stat_archiver` stays at 0. */
function byWalArchive({ namespace }: AlertSubject, { job, exporterJob, database }: WatchedWalArchive): ArchiveSource {
  const archive = selector({ job, namespace });
  const counters = { failed: "wal_archive_failures_total", archived: "wal_archive_archived_segments_total" };
  const inBucket = `max(backup_wal_archived_lag_seconds${selector({ job: exporterJob, namespace, database })})`;
  return {
    attempts: (outcome, window) => `max(increase(${counters[outcome]}${archive}[${window}]))`,
    behind: (lag, writes) => [
      // The archive may store one segment after the other and still lose ground.
      `time() - (max(wal_archive_behind_since_timestamp_seconds${archive}) > 0) > ${lag}`,
      // It forgets at each restart since when it is behind; the bucket does not.
      ...(exporterJob === undefined ? [] : [`${inBucket} > ${lag} and ${writes} > 0`]),
    ],
  };
}

/** The log's way to an archive, whoever brings it there. Nothing where nobody does. */
export function walArchiveAlerts(subject: AlertSubject, { archived, exporterJob, walArchive }: WatchedPostgres) {
  const { namespace, service, thresholds } = subject;
  const target = selector({ job: exporterJob, namespace });
  const slot = { job: exporterJob, namespace, slot_name: slotName };
  const sources = [...(archived ? [byServer(target)] : []), ...(walArchive ? [byWalArchive(subject, walArchive)] : [])];
  const lag = thresholds.walArchiveLagSeconds;
  const writes = ["inserted", "updated", "deleted"].map((what) => `sum(increase(pg_stat_database_tup_${what}${target}[${duration(lag)}]))`).join(" + ");
  if (sources.length === 0) return [];
  const window = duration(hold.burst);
  return alerts(subject, [
    {
      name: "PostgresWalArchiveFailing",
      severity: "warning",
      dashboard: "postgres",
      // Segments go in their order: while one fails none succeeds, and one that succeeds ends the failure.
      expr: anyOne(sources.map(({ attempts }) => `${attempts("failed", window)} > 0 unless ${attempts("archived", window)} > 0`)),
      for: hold.burst,
      summary: `Postgres of ${service} in ${namespace} can't archive its log.`,
      description: `{{ $value | humanize }} attempts failed within ${durationText(hold.burst)} and none succeeded. What is written now can't be restored from the archive, and the log stays on the data volume.`,
    },
    {
      name: "PostgresWalArchiveLag",
      severity: "warning",
      dashboard: "postgres",
      // A database to which nobody writes has nothing to archive, and its last segment grows old by itself.
      expr: anyOne(sources.flatMap(({ behind }) => behind(lag, writes))),
      for: hold.burst,
      summary: `The log archive of Postgres of ${service} in ${namespace} is behind.`,
      description: `The last {{ $value | humanizeDuration }} of the log are not archived, threshold ${lag} s. What was written then would be lost with the data volume.`,
    },
    walArchive && held(subject, selector(slot)),
    walArchive && hole(subject, walArchive, selector({ ...slot, wal_status: "lost" })),
  ]);
}

/** Each condition in parentheses of its own where there are several. */
const anyOne = (conditions: string[]) => (conditions.length > 1 ? conditions.map((one) => `(${one})`).join(" or ") : conditions[0]!);

/** By the server's own slot: it holds the log back even when the archive is gone and says nothing. */
function held({ namespace, service, thresholds }: AlertSubject, slot: string) {
  const bytes = `max(pg_replication_slots_pg_wal_lsn_diff${slot})`;
  const left = `max(pg_replication_slots_safe_wal_size_bytes${slot})`;
  return {
    name: "PostgresWalHeldBack",
    severity: "warning",
    dashboard: "postgres",
    expr: `${bytes} / (${bytes} + ${left}) > ${thresholds.walHeldBack}`,
    for: hold.burst,
    summary: `Postgres of ${service} in ${namespace} holds its log back for an archive that doesn't take it.`,
    description: `{{ $value | humanizePercentage }} of the log that it may keep on the data volume (max_slot_wal_keep_size) waits for the archive, threshold ${percent(thresholds.walHeldBack)}. At 100 % it is thrown away, and what was written until the next base backup can't be restored to a moment.`,
  } as const;
}

function hole({ namespace, service }: AlertSubject, { job }: WatchedWalArchive, lostSlot: string) {
  const gaps = `wal_archive_gaps_total${selector({ job, namespace })}`;
  const window = duration(newsSeconds);
  return {
    name: "PostgresWalArchiveHole",
    severity: "warning",
    dashboard: "backups",
    // An archive that finds the hole at its start counts it before the first scrape, so that the counter is born with it.
    expr: `max(pg_replication_slots_wal_status${lostSlot}) > 0 or max(max_over_time(${gaps}[${window}])) > (max(${gaps} offset ${window}) or vector(0))`,
    summary: `The log archive of Postgres of ${service} in ${namespace} has a hole.`,
    description:
      "Postgres threw away log that was not archived, since it filled its share of the data volume. Moments from then to the next base backup can't be restored; that of the archive follows by itself.",
  } as const;
}
