import { dashboard } from "./dashboard.ts";
import type { DashboardOptions, ShownBackup, ShownRestoreDrill } from "./options.ts";
import { lines, type Made, numbers } from "./panel.ts";
import { from, inNamespace } from "./query.ts";

/** Backups by their CronJob, and what the drills that restore them found. */
export function backupsDashboard(options: DashboardOptions) {
  const { backup, restoreDrill } = options;
  return dashboard(options, "backups", [
    { title: "Backups", panels: backup ? backups(backup) : [] },
    { title: "Restore drills", panels: restoreDrill ? drills(restoreDrill) : [] },
  ]);
}

function backups(shown: ShownBackup): Made[] {
  const { cronJob, maximumAgeHours, exporterJob } = shown;
  const cron = inNamespace(`cronjob="${cronJob}"`);
  const jobs = inNamespace(`job_name=~"${cronJob}-.*"`);
  return [
    numbers({
      title: "Age of the newest backup",
      description: `Time since the newest whole backup was verified. All that was written since is lost with the volume. The alert begins at ${maximumAgeHours} hours.`,
      unit: "s",
      queries: { age: `time() - ${newestBackup(shown, cron)}` },
      limits: [{ value: maximumAgeHours * 3600, color: "red" }],
      alerts: ["BackupTooOld"],
      span: 6,
      noValue: "none yet",
    }),
    numbers({
      title: "Next backup",
      description: "Time until the CronJob runs again. Below 0 it was missed: the controller is away, or the CronJob suspended.",
      unit: "s",
      queries: { next: `max(kube_cronjob_next_schedule_time${cron}) - time()` },
      below: "red",
      limits: [{ value: 0, color: "green" }],
      span: 6,
      noValue: "suspended",
    }),
    numbers({
      title: "Failed Jobs kept",
      description: "Failed Jobs whose logs are still there. One older than the last success is history.",
      unit: "short",
      queries: { failed: `sum(kube_job_failed${inNamespace(`job_name=~"${cronJob}-.*", condition="true"`)}) or vector(0)` },
      limits: [{ value: 1, color: "orange" }],
      alerts: ["BackupFailed"],
      span: 6,
    }),
    numbers({
      title: "Backups running",
      description: "Jobs at work. One that stands here for longer than the panel beside says is stuck.",
      unit: "short",
      queries: { running: `max(kube_cronjob_status_active${cron})` },
      span: 6,
      noValue: "no CronJob",
    }),
    lines({
      title: "Duration of the newest backup",
      description: "Seconds that the slowest finished Job that is still kept took. It grows with the database, and must end before the next is due.",
      unit: "s",
      queries: { duration: `max(max by (job_name) (kube_job_status_completion_time${jobs}) - max by (job_name) (kube_job_status_start_time${jobs}))` },
      span: 12,
      noValue: "none yet",
    }),
    ...(exporterJob === undefined
      ? []
      : [
          lines({
            title: "Size of the newest backup",
            description: "Bytes in the bucket, by database and kind. It follows the database; a fall means that tables are missing.",
            unit: "bytes",
            queries: { "{{database}} {{kind}}": `max by (database, kind) (backup_size_bytes${from(exporterJob)})` },
            alerts: ["BackupSizeAnomaly"],
            span: 12,
            noValue: "none yet",
          }),
          numbers({
            title: "Backups in the bucket",
            description: "Backups that are whole by the listing: a manifest, and every object in its length.",
            unit: "short",
            queries: { "{{database}} {{kind}}": `max by (database, kind) (backup_kept${from(exporterJob)})` },
            below: "red",
            limits: [{ value: 1, color: "green" }],
            span: 6,
            noValue: "none yet",
          }),
          numbers({
            title: "Damaged backups",
            description: "Backups whose objects are missing or cut off, and manifests and evidence that can't be read or believed.",
            unit: "short",
            queries: { damaged: `sum(max by (database, kind) (backup_damaged${from(exporterJob)}))`, unreadable: `max(backup_unreadable${from(exporterJob)})` },
            limits: [{ value: 1, color: "red" }],
            alerts: ["BackupDamaged"],
            span: 6,
            noValue: "none",
          }),
        ]),
  ];
}

/** When the newest one was verified: by the bucket where somebody looks at it, and else by what the CronJob claims. */
function newestBackup({ exporterJob, database }: ShownBackup, cron: string): string {
  if (exporterJob === undefined) return `max(kube_cronjob_status_last_successful_time${cron})`;
  const labels = ['kind="dump"', ...(database === undefined ? [] : [`database="${database}"`])].join(", ");
  return `max(backup_last_success_timestamp_seconds${from(exporterJob, labels)})`;
}

function drills({ exporterJob, maximumAgeHours, recoveryTimeSeconds, recoveryPointSeconds }: ShownRestoreDrill): Made[] {
  const of = (name: string) => `restore_drill_${name}${from(exporterJob)}`;
  return [
    numbers({
      title: "Last good drill",
      description: `Time since a backup was last restored and found right. A backup that nobody restored is none. The alert begins at ${maximumAgeHours} hours.`,
      unit: "s",
      queries: { age: `time() - max(${of("last_success_timestamp_seconds")})` },
      limits: [{ value: maximumAgeHours * 3600, color: "red" }],
      alerts: ["RestoreDrillTooOld"],
      noValue: "none yet",
    }),
    numbers({
      title: "Checks of the last drill",
      description: "1 where the restored data was right. A 0 is data that would be missing or wrong after a loss of the volume.",
      unit: "short",
      queries: { "{{drilled}} {{check}}": `min by (drilled, check) (${of("result")})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      alerts: ["RestoreDrillFailed"],
      noValue: "none yet",
    }),
    numbers({
      title: "Rows restored",
      description: "Rows of each table in the database that the last drill restored.",
      unit: "short",
      queries: { "{{table}}": `max by (table) (${of("rows")})` },
      noValue: "none yet",
    }),
    lines({
      title: "Time of a restore",
      description: "From fetch to verification, in all and by phase: the time for which callers get errors. The line is the recovery time objective.",
      unit: "s",
      queries: { total: `sum(max by (phase) (${of("duration_seconds")}))`, "{{phase}}": `max by (phase) (${of("duration_seconds")})` },
      limits: [{ value: recoveryTimeSeconds, color: "red" }],
      alerts: ["RestoreRtoAboveTarget"],
      span: 12,
      noValue: "none yet",
    }),
    lines({
      title: "Data lost by a restore",
      description:
        "Age of the newest backup's data when the last drill began: what a loss at that moment would have cost. The line is the recovery point objective.",
      unit: "s",
      queries: { age: `max(${of("rpo_seconds")})` },
      limits: [{ value: recoveryPointSeconds, color: "red" }],
      alerts: ["RestoreRpoAboveTarget"],
      span: 12,
      noValue: "none yet",
    }),
  ];
}
