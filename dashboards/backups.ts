import { dashboard } from "./dashboard.ts";
import type { DashboardOptions, ShownBackup, ShownRestoreDrill, ShownWalArchive } from "./options.ts";
import { lines, type Made, numbers } from "./panel.ts";
import { from, inNamespace } from "./query.ts";

/** Backups by their CronJobs and as they lie in the bucket, how far back the log reaches, and what the drills found that restore them. */
export function backupsDashboard(options: DashboardOptions) {
  const { backups = [], postgres, restoreDrill } = options;
  return dashboard(options, "backups", [
    { title: "Backups", panels: backups.length > 0 ? made(backups) : [] },
    { title: "Back to a moment", panels: postgres?.walArchive ? pointInTime(postgres.walArchive) : [] },
    { title: "Restore drills", panels: restoreDrill ? drills(restoreDrill) : [] },
  ]);
}

function made(backups: ShownBackup[]): Made[] {
  const cronJobs = backups.map(({ cronJob }) => cronJob).join("|");
  const one = backups.length === 1;
  const cron = inNamespace(one ? `cronjob="${cronJobs}"` : `cronjob=~"${cronJobs}"`);
  const jobNames = `job_name=~"${one ? cronJobs : `(${cronJobs})`}-.*"`;
  const [exporterJob] = backups.flatMap((shown) => shown.exporterJob ?? []);
  /** One line, or one for each CronJob. */
  const each = (name: string, query: (by: string) => string) => (one ? { [name]: query("") } : { "{{cronjob}}": query(" by (cronjob) ") });
  return [
    ...backups.map(age),
    numbers({
      title: "Next backup",
      description: "Time until the CronJob runs again. Below 0 it was missed: the controller is away, or the CronJob suspended.",
      unit: "s",
      queries: each("next", (by) => `max${by}(kube_cronjob_next_schedule_time${cron}) - time()`),
      below: "red",
      limits: [{ value: 0, color: "green" }],
      span: 6,
      noValue: "suspended",
    }),
    numbers({
      title: "Failed Jobs kept",
      description: "Failed Jobs whose logs are still there. One older than the last success is history.",
      unit: "short",
      queries: { failed: `sum(kube_job_failed${inNamespace(`${jobNames}, condition="true"`)}) or vector(0)` },
      limits: [{ value: 1, color: "orange" }],
      alerts: ["BackupFailed"],
      span: 6,
    }),
    numbers({
      title: "Backups running",
      description: "Jobs at work. One that stands here for longer than the panel beside says is stuck.",
      unit: "short",
      queries: each("running", (by) => `max${by}(kube_cronjob_status_active${cron})`),
      span: 6,
      noValue: "no CronJob",
    }),
    lines({
      title: "Duration of the newest backup",
      description: "Seconds that the slowest finished Job that is still kept took. It grows with the database, and must end before the next is due.",
      unit: "s",
      queries: each("duration", (by) => (one ? `max(${duration(jobNames)})` : `max${by}(${ofCronJob(duration(jobNames))})`)),
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

const duration = (jobNames: string) =>
  ["completion", "start"].map((end) => `max by (job_name) (kube_job_status_${end}_time${inNamespace(jobNames)})`).join(" - ");

/** With the name of the CronJob that a Job is named after. */
const ofCronJob = (jobs: string) => `label_replace(${jobs}, "cronjob", "$1", "job_name", "(.+)-.+")`;

/** Each in a panel of its own: each is too old at another age. */
function age(shown: ShownBackup, index: number): Made {
  const { cronJob, kind, maximumAgeHours } = shown;
  const lost =
    kind === "base"
      ? "To go back to a moment all log since then is replayed."
      : "All that was written since, and is in no other backup and no archived log, is lost with the volume.";
  return numbers({
    title: index === 0 ? "Age of the newest backup" : `Age of the newest backup: ${cronJob}`,
    description: `Time since the newest whole backup was verified. ${lost} The alert begins at ${maximumAgeHours} hours.`,
    unit: "s",
    queries: { age: `time() - ${newestBackup(shown)}` },
    limits: [{ value: maximumAgeHours * 3600, color: "red" }],
    alerts: ["BackupTooOld"],
    span: 6,
    noValue: "none yet",
  });
}

/** When the newest one was verified: by the bucket where somebody looks at it, and else by what the CronJob claims. */
function newestBackup({ cronJob, exporterJob, database, kind = "dump" }: ShownBackup): string {
  if (exporterJob === undefined) return `max(kube_cronjob_status_last_successful_time${inNamespace(`cronjob="${cronJob}"`)})`;
  return `max(backup_last_success_timestamp_seconds${from(exporterJob, ofDatabase(database, `kind="${kind}"`))})`;
}

const ofDatabase = (database: string | undefined, ...labels: string[]) => [...labels, ...(database === undefined ? [] : [`database="${database}"`])].join(", ");

/** What the archived log makes of the base backups: every moment between the oldest of them and the newest segment. */
function pointInTime({ job, exporterJob, database }: ShownWalArchive): Made[] {
  return [
    ...(exporterJob === undefined
      ? []
      : [
          numbers({
            title: "Moments that can be restored",
            description:
              "From so long ago, the oldest base backup, until so long ago, the newest archived log. What was written after that is lost with the volume; without writes it grows by itself. A hole, of which an alert speaks, leaves some of them out.",
            unit: "s",
            queries: {
              from: `time() - max(backup_oldest_snapshot_timestamp_seconds${from(exporterJob, ofDatabase(database, 'kind="base"'))})`,
              until: `max(backup_wal_archived_lag_seconds${from(exporterJob, ofDatabase(database))})`,
            },
            alerts: ["PostgresWalArchiveHole"],
            span: 12,
            noValue: "no base backup yet",
          }),
        ]),
    lines({
      title: "Segments that wait",
      description:
        "Segments of the log, 16 MiB each, that were fetched from Postgres and are not in the bucket. At 8 no more is fetched, and Postgres keeps them.",
      unit: "short",
      queries: { waiting: `max(wal_archive_waiting_segments${from(job)})` },
      alerts: exporterJob === undefined ? ["PostgresWalArchiveHole"] : [],
      span: 12,
      noValue: "no archive",
    }),
  ];
}

function drills({ exporterJob, maximumAgeHours, momentMaximumAgeHours, recoveryTimeSeconds, recoveryPointSeconds }: ShownRestoreDrill): Made[] {
  const of = (name: string, drilled?: "newest" | "moment") => `restore_drill_${name}${from(exporterJob, drilled && `drilled="${drilled}"`)}`;
  const moments = momentMaximumAgeHours !== undefined;
  return [
    numbers({
      title: "Last good drill",
      description: `Time since the newest backup was last restored and found right. A backup that nobody restored is none. The alert begins at ${maximumAgeHours} hours.`,
      unit: "s",
      queries: { age: `time() - max(${of("last_success_timestamp_seconds", "newest")})` },
      limits: [{ value: maximumAgeHours * 3600, color: "red" }],
      alerts: ["RestoreDrillTooOld"],
      noValue: "none yet",
    }),
    ...(moments ? [lastMoment(of("last_success_timestamp_seconds", "moment"), momentMaximumAgeHours)] : []),
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
      description: "Rows of each table in the newest backup, as the last drill restored it.",
      unit: "short",
      queries: { "{{table}}": `max by (table) (${of("rows", "newest")})` },
      noValue: "none yet",
    }),
    lines({
      title: "Time of a restore",
      description: `From fetch to verification, in all and by phase: the time for which callers get errors. ${moments ? "Of the newest backup, and of the last moment. " : ""}The line is the recovery time objective.`,
      unit: "s",
      queries: {
        total: `sum(max by (phase) (${of("duration_seconds", "newest")}))`,
        "{{phase}}": `max by (phase) (${of("duration_seconds", "newest")})`,
        ...(moments && {
          "moment, total": `sum(max by (phase) (${of("duration_seconds", "moment")}))`,
          "moment, {{phase}}": `max by (phase) (${of("duration_seconds", "moment")})`,
        }),
      },
      limits: [{ value: recoveryTimeSeconds, color: "red" }],
      alerts: ["RestoreRtoAboveTarget"],
      span: 12,
      noValue: "none yet",
    }),
    lines({
      title: "Data lost by a restore",
      description: `Age of the newest backup's data when the last drill began: what a loss at that moment would have cost.${moments ? " For the last moment that was gone back to: the writes before it that were not archived by then." : ""} The line is the recovery point objective.`,
      unit: "s",
      queries: { age: `max(${of("rpo_seconds", "newest")})`, ...(moments && { "at a moment": `max(${of("rpo_seconds", "moment")})` }) },
      limits: [{ value: recoveryPointSeconds, color: "red" }],
      alerts: ["RestoreRpoAboveTarget"],
      span: 12,
      noValue: "none yet",
    }),
  ];
}

const lastMoment = (success: string, maximumAgeHours: number): Made =>
  numbers({
    title: "Last good way back to a moment",
    description: `Time since a drill last went back to a moment by the archived log and found it right. The alert begins at ${maximumAgeHours} hours.`,
    unit: "s",
    queries: { age: `time() - max(${success})` },
    limits: [{ value: maximumAgeHours * 3600, color: "red" }],
    alerts: ["RestoreDrillTooOld"],
    noValue: "none yet",
  });
