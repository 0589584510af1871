import { cases, cluster, proofs } from "./case.ts";

const failed = (name: string, values: string) => ({ [cluster("kube_job_failed", { job_name: name, condition: "true" })]: values });
const nightly = { cronjob: "report" };
/** A Job of the CronJob `report`. */
const ofReport = (name: string, createdAt: number, values: string) => ({
  ...failed(name, values),
  [cluster("kube_job_created", { job_name: name })]: `${createdAt}x60`,
  [cluster("kube_job_owner", { job_name: name, owner_kind: "CronJob", owner_name: "report", owner_is_controller: "true" })]: "1x60",
});
const succeededAt = (time: number) => ({ [cluster("kube_cronjob_status_last_successful_time", nightly)]: `${time}x60` });
const none = { [cluster("kube_job_created", { job_name: "links-migration-1a2b" })]: "1x30" };

export const jobCases = [
  ...cases("MigrationJobFailed", [
    { situation: "the Job failed", fires: true, series: failed("links-migration-1a2b", "1x30") },
    { situation: "the Job was replaced after its failure", fires: false, series: failed("links-migration-1a2b", "1x5 stale") },
    { situation: "the Job runs", fires: false, series: failed("links-migration-1a2b", "0x30") },
    { situation: "another Job failed", fires: false, series: failed("links-report-1a2b", "1x30") },
    { situation: "its state is not reported", fires: false, series: none, proves: proofs.absent },
  ]),
  ...cases(
    "JobFailed",
    [
      { situation: "a Job of its own failed", fires: true, series: failed("postgres-roles-1a2b", "1x60"), proves: proofs.absent },
      { situation: "a CronJob's Job failed after its last success", fires: true, series: { ...ofReport("report-2", 600, "1x60"), ...succeededAt(300) } },
      { situation: "a CronJob's first Job failed", fires: true, series: ofReport("report-1", 300, "1x60") },
      {
        situation: "another CronJob's success is none",
        fires: true,
        series: { ...ofReport("report-2", 300, "1x60"), [cluster("kube_cronjob_status_last_successful_time", { cronjob: "clean" })]: "600x60" },
      },
      { situation: "a CronJob's Job failed, and a later one succeeded", fires: false, series: { ...ofReport("report-2", 300, "1x60"), ...succeededAt(600) } },
      { situation: "the Job runs", fires: false, series: failed("postgres-roles-1a2b", "0x60") },
      {
        situation: "migration and backup failed, which other alerts report",
        fires: false,
        series: { ...failed("links-migration-1a2b", "1x60"), ...failed("postgres-backup-29000", "1x60") },
      },
      {
        situation: "another namespace's Job failed",
        fires: false,
        series: { [cluster("kube_job_failed", { namespace: "other", job_name: "a", condition: "true" })]: "1x60" },
      },
    ],
    { at: "20m" },
  ),
];
