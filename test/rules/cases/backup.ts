import { cases, cluster, exporter, proofs } from "./case.ts";

const cron = { cronjob: "postgres-backup" };
const created = cluster("kube_cronjob_created", cron);
const succeeded = cluster("kube_cronjob_status_last_successful_time", cron);
const job = (name: string, createdAt: number, failed: string) => ({
  [cluster("kube_job_created", { job_name: name })]: `${createdAt}x1700`,
  [cluster("kube_job_failed", { job_name: name, condition: "true" })]: failed,
});

const newest = { database: "links", kind: "dump" };
const size = exporter("backup-exporter", "backup_size_bytes", newest);
const verified = exporter("backup-exporter", "backup_last_success_timestamp_seconds", newest);
const damaged = exporter("backup-exporter", "backup_damaged", newest);
const unreadable = exporter("backup-exporter", "backup_unreadable");
/** A time as of an hour after the start, when the ages are looked at. */
const ago = (hours: number) => `${Math.round(3600 * (1 - hours))}x90`;
/** The exporter is there, and the CronJob was made yesterday. */
const there = { [exporter("backup-exporter", "up")]: "1x90", [created]: ago(28) };

/** The newest copy of another kind, and its CronJob, made yesterday. The dump beside it is new. */
const other = (database: string, kind: string, cronjob: string, values: string) => ({
  ...there,
  [verified]: ago(3),
  [cluster("kube_cronjob_created", { cronjob })]: ago(28),
  [exporter("backup-exporter", "backup_last_success_timestamp_seconds", { database, kind })]: values,
});
const ofRedis = (values: string) => other("redis-state", "redis", "redis-state-backup", values);
const ofBase = (values: string) => other("links", "base", "postgres-wal-base", values);

/** Time starts at 0, so a time of 600 is ten minutes after the start. */
export const backupCases = [
  ...cases(
    "BackupTooOld",
    [
      { situation: "the newest in the bucket is 27 hours old", fires: true, series: { ...there, [verified]: ago(27) } },
      {
        situation: "the CronJob says that it succeeded, and the bucket is empty",
        fires: true,
        series: { ...there, [succeeded]: ago(3) },
        proves: proofs.absent,
      },
      {
        situation: "another database's backup is new",
        fires: true,
        series: { ...there, [verified]: ago(27), [exporter("backup-exporter", "backup_last_success_timestamp_seconds", { kind: "redis" })]: ago(3) },
      },
      { situation: "the newest copy of Redis is 9 hours old", fires: true, series: ofRedis(ago(9)) },
      { situation: "Redis was never copied", fires: true, series: ofRedis("_x90") },
      { situation: "the newest base backup is 27 hours old", fires: true, series: ofBase(ago(27)) },
      { situation: "the newest copy of Redis is 7 hours old", fires: false, series: ofRedis(ago(7)) },
      { situation: "the newest base backup is 25 hours old", fires: false, series: ofBase(ago(25)) },
      { situation: "it became too old five minutes ago", fires: false, series: { ...there, [verified]: ago(26 + 5 / 60) } },
      {
        situation: "there is no CronJob",
        fires: false,
        series: { ...there, [created]: "_x90", [cluster("kube_cronjob_created", { cronjob: "report" })]: ago(28) },
        proves: proofs.absent,
      },
      { situation: "the newest in the bucket is 25 hours old", fires: false, series: { ...there, [verified]: ago(25) } },
      { situation: "the CronJob was made this morning and has not run", fires: false, series: { ...there, [created]: ago(8) } },
      { situation: "the exporter is gone, which another alert reports", fires: false, series: { [created]: ago(28) } },
    ],
    { at: "1h" },
  ),
  ...cases(
    "BackupFailed",
    [
      { situation: "a Job failed after the last success", fires: true, series: { [succeeded]: "100x1700", ...job("postgres-backup-2", 600, "0x10 1x1700") } },
      { situation: "the first Job failed", fires: true, series: job("postgres-backup-1", 60, "1x1700"), proves: proofs.absent },
      { situation: "the copy of Redis failed", fires: true, series: { [succeeded]: "900x1700", ...job("redis-state-backup-2", 600, "1x1700") } },
      { situation: "the base backup failed", fires: true, series: { [succeeded]: "900x1700", ...job("postgres-wal-base-2", 600, "1x1700") } },
      { situation: "a Job failed, and a later one succeeded", fires: false, series: { [succeeded]: "900x1700", ...job("postgres-backup-2", 600, "1x1700") } },
      { situation: "a Job runs", fires: false, series: { [succeeded]: "100x1700", ...job("postgres-backup-2", 600, "0x1700") } },
      { situation: "another CronJob's Job failed", fires: false, series: { [succeeded]: "100x1700", ...job("report-2", 600, "1x1700") } },
    ],
    { at: "30m" },
  ),
  ...cases(
    "BackupSizeAnomaly",
    [
      { situation: "45 % of the usual size", fires: true, series: { [size]: "1000x1600 450x400" } },
      { situation: "155 % of the usual size", fires: true, series: { [size]: "1000x1600 1550x400" } },
      { situation: "60 % of the usual size", fires: false, series: { [size]: "1000x1600 600x400" } },
      { situation: "140 % of the usual size", fires: false, series: { [size]: "1000x1600 1400x400" } },
      { situation: "small since five minutes", fires: false, series: { [size]: "1000x1794 200x400" } },
      { situation: "the first backup", fires: false, series: { [size]: "_x1600 5x400" } },
      { situation: "the size is not reported", fires: false, series: { [exporter("backup-exporter", "up")]: "1x2000" }, proves: proofs.absent },
    ],
    { at: "30h" },
  ),
  ...cases("BackupDamaged", [
    { situation: "a chunk of a backup is missing", fires: true, series: { [damaged]: "1x60", [unreadable]: "0x60" } },
    { situation: "evidence was forged", fires: true, series: { [damaged]: "0x60", [unreadable]: "1x60" } },
    { situation: "all are whole", fires: false, series: { [damaged]: "0x60", [unreadable]: "0x60" } },
    { situation: "one is seen so for a moment", fires: false, at: "4m", series: { [damaged]: "0x3 1 0x60" } },
    { situation: "nobody looks", fires: false, series: { [exporter("backup-exporter", "up")]: "0x60" }, proves: proofs.absent },
  ]),
];
