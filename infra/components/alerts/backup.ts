import { hold } from "../prometheus/hold.ts";
import { percent, selector } from "../prometheus/promql.ts";
import { jobsOf } from "./jobs.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedBackup } from "./watched.ts";

/** Backups by CronJob, as kube-state-metrics sees them: a Job that exits 0. Their sizes by an exporter, where there is one. */
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
      // A CronJob that never succeeded has no time of success: then its age counts.
      expr: `time() - (${lastSuccess} or max(kube_cronjob_created${cron})) > ${hours} * 3600`,
      for: hold.burst,
      summary: `The newest backup of ${service} in ${namespace} is too old.`,
      description: `${watched.cronJob} last succeeded {{ $value | humanizeDuration }} ago, or never since it was made; threshold ${hours} h. All that was written since would be lost with the database's volume.`,
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
  ]);
}

function sizeAnomaly({ namespace, service, thresholds }: AlertSubject, job: string) {
  const size = `max(backup_size_bytes${selector({ job, namespace })})`;
  return {
    name: "BackupSizeAnomaly",
    severity: "warning",
    dashboard: "backups",
    // The median of a week: a single odd backup does not move it, and so is still odd beside it a day later.
    expr: `abs(${size} / (quantile_over_time(0.5, ${size}[7d:6h]) > 0) - 1) > ${thresholds.backupSizeChange}`,
    for: hold.burst,
    summary: `The newest backup of ${service} in ${namespace} has an odd size.`,
    description: `It differs by {{ $value | humanizePercentage }} from the median of 7 days, threshold ${percent(thresholds.backupSizeChange)}. A much smaller one may lack tables: whoever restores it would find data missing.`,
  } as const;
}
