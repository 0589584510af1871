import { cases, cluster, exporter, proofs } from "./case.ts";

const cron = { cronjob: "postgres-backup" };
const created = cluster("kube_cronjob_created", cron);
const succeeded = cluster("kube_cronjob_status_last_successful_time", cron);
const job = (name: string, createdAt: number, failed: string) => ({
  [cluster("kube_job_created", { job_name: name })]: `${createdAt}x1700`,
  [cluster("kube_job_failed", { job_name: name, condition: "true" })]: failed,
});

const size = exporter("backup-exporter", "backup_size_bytes");

/** Time starts at 0, so a time of 600 is ten minutes after the start. */
export const backupCases = [
  ...cases(
    "BackupTooOld",
    [
      { situation: "the last success was 27 hours ago", fires: true, series: { [created]: "0x1700", [succeeded]: "3600x1700" } },
      { situation: "it never succeeded", fires: true, series: { [created]: "0x1700" }, proves: proofs.absent },
      { situation: "it became too old five minutes ago", fires: false, series: { [created]: "0x1700", [succeeded]: `${2 * 3600 - 300}x1700` } },
      { situation: "there is no CronJob", fires: false, series: { [cluster("kube_cronjob_created", { cronjob: "report" })]: "0x1700" }, proves: proofs.absent },
      { situation: "the last success was 25 hours ago", fires: false, series: { [created]: "0x1700", [succeeded]: "10800x1700" } },
      { situation: "it was made this morning and has not run", fires: false, series: { [created]: "72000x1700" } },
    ],
    { at: "28h" },
  ),
  ...cases(
    "BackupFailed",
    [
      { situation: "a Job failed after the last success", fires: true, series: { [succeeded]: "100x1700", ...job("postgres-backup-2", 600, "0x10 1x1700") } },
      { situation: "the first Job failed", fires: true, series: job("postgres-backup-1", 60, "1x1700"), proves: proofs.absent },
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
];
