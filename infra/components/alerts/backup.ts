import { hold } from "../prometheus/hold.ts";
import { percent, selector } from "../prometheus/promql.ts";
import { jobsOf } from "./jobs.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedBackup } from "./watched.ts";

/** Backups as an exporter finds them in the bucket; where there is none, as their CronJob claims: a Job that exits 0. */
export function backupAlerts(subject: AlertSubject, watched: WatchedBackup) {
  const { namespace, service } = subject;
  const hours = watched.maximumAgeHours ?? 26;
  const cron = selector({ namespace, cronjob: watched.cronJob });
  const jobs = (labels: Record<string, string>) => selector({ namespace, job_name: `=~${jobsOf([watched.cronJob])}`, ...labels });
  const lastSuccess = `max(kube_cronjob_status_last_successful_time${cron})`;
  const lastFailure = `max(kube_job_created${jobs({})} and on (job_name) kube_job_failed${jobs({ condition: "true" })} == 1)`;
  return alerts(subject, [
    {
      name: "BackupTooOld",
      severity: "warning",
      dashboard: "backups",
      // Before the first backup there is no time of one: then the CronJob's age counts.
      expr: `time() - (${newestBackup(subject, watched) ?? lastSuccess} or ${since(subject, watched, cron)}) > ${hours} * 3600`,
      for: hold.burst,
      summary: `The newest backup of ${service} in ${namespace} is too old.`,
      description: `The newest whole one was verified {{ $value | humanizeDuration }} ago, or there was none since ${watched.cronJob} was made; threshold ${hours} h. All that was written since would be lost with the database's volume.`,
    },
    {
      name: "BackupFailed",
      severity: "warning",
      dashboard: "backups",
      // Failed Jobs are kept for their logs; one older than the last success is history.
      expr: `${lastFailure} > (${lastSuccess} or vector(0))`,
      summary: `The last backup of ${service} in ${namespace} failed.`,
      description: `A Job of ${watched.cronJob} failed after the last good backup. Nothing is lost yet; what is written since that backup would be lost with the volume.`,
    },
    watched.exporterJob !== undefined && sizeAnomaly(subject, watched.exporterJob),
    watched.exporterJob !== undefined && damaged(subject, watched.exporterJob),
  ]);
}

/** When the newest dump that lies whole in the bucket was verified. */
function newestBackup({ namespace }: AlertSubject, { exporterJob, database }: WatchedBackup): string | undefined {
  if (exporterJob === undefined) return undefined;
  return `max(backup_last_success_timestamp_seconds${selector({ job: exporterJob, namespace, kind: "dump", ...(database !== undefined && { database }) })})`;
}

/** Since when there should be backups. Without the exporter it is ExporterDown that speaks, since nothing is known then. */
function since({ namespace }: AlertSubject, { exporterJob }: WatchedBackup, cron: string): string {
  const made = `max(kube_cronjob_created${cron})`;
  return exporterJob === undefined ? made : `(${made} and max(up${selector({ job: exporterJob, namespace })}) == 1)`;
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
