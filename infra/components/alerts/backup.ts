import { literal, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedBackup } from "./watched.ts";

/** Backups by CronJob, as kube-state-metrics sees them: a Job that exits 0. */
export function backupAlerts(subject: AlertSubject, watched: WatchedBackup) {
  const { namespace, service } = subject;
  const hours = watched.maximumAgeHours ?? 26;
  const cron = selector({ namespace, cronjob: watched.cronJob });
  const jobs = (labels: Record<string, string>) => selector({ namespace, job_name: `=~"${literal(watched.cronJob).replaceAll("\\", "\\\\")}-.*"`, ...labels });
  const lastSuccess = `max(kube_cronjob_status_last_successful_time${cron})`;
  const lastFailure = `max(kube_job_created${jobs({})} and on (job_name) kube_job_failed${jobs({ condition: "true" })} == 1)`;
  return alerts(subject, [
    {
      name: "BackupTooOld",
      severity: "warning",
      // A CronJob that never succeeded has no time of success: then its age counts.
      expr: `time() - (${lastSuccess} or max(kube_cronjob_created${cron})) > ${hours} * 3600`,
      for: "10m",
      summary: `The newest backup of ${service} in ${namespace} is too old.`,
      description: `${watched.cronJob} last succeeded {{ $value | humanizeDuration }} ago, or never; threshold ${hours} h. All that was written since would be lost with the database's volume.`,
    },
    {
      name: "BackupFailed",
      severity: "warning",
      // Failed Jobs are kept for their logs; one older than the last success is history.
      expr: `${lastFailure} > (${lastSuccess} or vector(0))`,
      summary: `The last backup of ${service} in ${namespace} failed.`,
      description: `A Job of ${watched.cronJob} failed after the last good backup. Nothing is lost yet; what is written since that backup would be lost with the volume.`,
    },
  ]);
}
