import { hold } from "../prometheus/hold.ts";
import { percent, selector } from "../prometheus/promql.ts";
import { jobsOf } from "./jobs.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedBackup } from "./watched.ts";

/**
 * Backups as an exporter finds them in the bucket; where there is none, as their CronJobs claim: a Job that exits 0. One rule for all
 * of them, which says by its label `backup` of which it speaks.
 */
export function backupAlerts(subject: AlertSubject, watched: readonly WatchedBackup[]) {
  const { namespace, service } = subject;
  if (watched.length === 0) return [];
  const exporterJobs = [...new Set(watched.flatMap(({ exporterJob }) => exporterJob ?? []))];
  return alerts(subject, [
    {
      name: "BackupTooOld",
      severity: "warning",
      dashboard: "backups",
      expr: watched.map((one) => labeled(one, tooOld(subject, one))).join(" or "),
      for: hold.burst,
      summary: `The newest backup of ${service} in ${namespace} is too old: {{ $labels.backup }}.`,
      description: `The newest whole one was verified {{ $value | humanizeDuration }} ago, or there was none since {{ $labels.backup }} was made; threshold ${agesOf(watched)}. ${costOf(watched)}`,
    },
    {
      name: "BackupFailed",
      severity: "warning",
      dashboard: "backups",
      expr: watched.map((one) => labeled(one, failed(subject, one))).join(" or "),
      summary: `The last backup of ${service} in ${namespace} failed: {{ $labels.backup }}.`,
      description:
        "A Job of {{ $labels.backup }} failed after the last good backup. Nothing is lost yet; what is written since that backup has no copy of this kind, and may be lost with the volume.",
    },
    ...exporterJobs.flatMap((job) => [sizeAnomaly(subject, job), damaged(subject, job)]),
  ]);
}

/** The result of an expression, which has no labels, with the name of the backup. */
const labeled = ({ cronJob }: WatchedBackup, expr: string) => `label_replace(${expr}, "backup", ${JSON.stringify(cronJob)}, "", "")`;

const cronSelector = ({ namespace }: AlertSubject, { cronJob }: WatchedBackup) => selector({ namespace, cronjob: cronJob });
const lastSuccess = (subject: AlertSubject, watched: WatchedBackup) => `max(kube_cronjob_status_last_successful_time${cronSelector(subject, watched)})`;
const hoursOf = ({ maximumAgeHours = 26 }: WatchedBackup) => maximumAgeHours;

function tooOld(subject: AlertSubject, watched: WatchedBackup): string {
  // Before the first backup there is no time of one: then the CronJob's age counts.
  return `time() - (${newestBackup(subject, watched) ?? lastSuccess(subject, watched)} or ${since(subject, watched)}) > ${hoursOf(watched)} * 3600`;
}

function failed(subject: AlertSubject, watched: WatchedBackup): string {
  const jobs = (labels: Record<string, string>) => selector({ namespace: subject.namespace, job_name: `=~${jobsOf([watched.cronJob])}`, ...labels });
  const lastFailure = `max(kube_job_created${jobs({})} and on (job_name) kube_job_failed${jobs({ condition: "true" })} == 1)`;
  // Failed Jobs are kept for their logs; one older than the last success is history.
  return `${lastFailure} > (${lastSuccess(subject, watched)} or vector(0))`;
}

/** When the newest backup of its kind that lies whole in the bucket was verified. */
function newestBackup({ namespace }: AlertSubject, { database, exporterJob, kind = "dump" }: WatchedBackup): string | undefined {
  if (exporterJob === undefined) return undefined;
  return `max(backup_last_success_timestamp_seconds${selector({ job: exporterJob, namespace, kind, database })})`;
}

/** Since when there should be backups. Without the exporter it is ExporterDown that speaks, since nothing is known then. */
function since(subject: AlertSubject, watched: WatchedBackup): string {
  const made = `max(kube_cronjob_created${cronSelector(subject, watched)})`;
  const { exporterJob } = watched;
  return exporterJob === undefined ? made : `(${made} and max(up${selector({ job: exporterJob, namespace: subject.namespace })}) == 1)`;
}

/** From which age on each is too old. */
function agesOf(watched: readonly WatchedBackup[]): string {
  if (watched.length === 1) return `${hoursOf(watched[0]!)} h`;
  return watched.map((one) => `${hoursOf(one)} h of ${one.cronJob}`).join(", ");
}

/** What an old one would cost. The log that is replayed on an old base backup is as young as ever. */
function costOf(watched: readonly WatchedBackup[]): string {
  const base = watched.find(({ kind }) => kind === "base");
  if (!base) return "All that was written since would be lost with the volume.";
  return (
    `{{ if eq $labels.backup ${JSON.stringify(base.cronJob)} }}To go back to a moment all log since then has to be replayed: it takes longer, and is impossible once that log has expired.` +
    "{{ else }}All that was written since, and is in no other backup and no archived log, would be lost with the volume.{{ end }}"
  );
}

function damaged({ namespace, service }: AlertSubject, job: string) {
  const at = selector({ job, namespace });
  return {
    name: "BackupDamaged",
    severity: "warning",
    dashboard: "backups",
    expr: `max by (database, kind) (backup_damaged${at}) > 0 or max(backup_unreadable${at}) > 0`,
    for: hold.secondLook,
    summary: `Backups of ${service} in ${namespace} are damaged in the bucket.`,
    description:
      "{{ $value }} {{ with $labels.database }}backups of {{ . }} have objects that are missing or cut off{{ else }}manifests or pieces of evidence can't be read, or were written by somebody else{{ end }}. " +
      "They can't be restored; a newer whole one may be there.",
  } as const;
}

function sizeAnomaly({ namespace, service, thresholds }: AlertSubject, job: string) {
  const size = `max by (database, kind) (backup_size_bytes${selector({ job, namespace })})`;
  return {
    name: "BackupSizeAnomaly",
    severity: "warning",
    dashboard: "backups",
    // The median of a week: a single odd backup does not move it, and so is still odd beside it a day later.
    expr: `abs(${size} / (quantile_over_time(0.5, ${size}[7d:6h]) > 0) - 1) > ${thresholds.backupSizeChange}`,
    for: hold.burst,
    summary: `The newest backup of ${service} in ${namespace} has an odd size.`,
    description: `That of {{ $labels.database }} differs by {{ $value | humanizePercentage }} from the median of 7 days, threshold ${percent(thresholds.backupSizeChange)}. A much smaller one may lack tables: whoever restores it would find data missing.`,
  } as const;
}
