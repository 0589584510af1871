import { literal, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedBackup, WatchedService } from "./watched.ts";

/** Jobs of the namespace that ended in failure, by kube-state-metrics. */
export function jobAlerts(subject: AlertSubject, { migrationJob }: WatchedService, backups: readonly WatchedBackup[]) {
  const { namespace, service } = subject;
  const failed = (names: Record<string, string>) => `max by (job_name) (kube_job_failed${selector({ namespace, condition: "true", ...names })}) == 1`;
  const others = [migrationJob, ...backups.map(({ cronJob }) => cronJob)].filter((name) => name !== undefined);
  return alerts(subject, [
    migrationJob !== undefined && {
      name: "MigrationJobFailed",
      severity: "warning",
      dashboard: "resources",
      expr: failed({ job_name: `=~${jobsOf([migrationJob])}` }),
      summary: `A schema migration of ${service} in ${namespace} failed.`,
      description: "Job {{ $labels.job_name }} failed. The old version serves on with the old schema; no new version starts until it succeeds.",
    },
    {
      name: "JobFailed",
      severity: "warning",
      dashboard: "resources",
      // What has an alert of its own is left to it. A failed Job is kept for its logs: one of a CronJob that has succeeded since is history.
      expr: `${failed(others.length > 0 ? { job_name: `!~${jobsOf(others)}` } : {})} unless on (job_name) (${supersededJobs(namespace)})`,
      summary: `A Job of ${service} in ${namespace} failed.`,
      description: "Job {{ $labels.job_name }} failed after all its tries. What it was to do is undone; who is hurt depends on what that was.",
    },
  ]);
}

/** Times at which Jobs were made that are older than the last success of their CronJob. */
function supersededJobs(namespace: string): string {
  const all = selector({ namespace });
  const owner = selector({ namespace, owner_kind: "CronJob" });
  const created = `max by (job_name, owner_name) (kube_job_created${all} * on (job_name) group_left (owner_name) kube_job_owner${owner})`;
  const succeeded = `max by (owner_name) (label_replace(kube_cronjob_status_last_successful_time${all}, "owner_name", "$1", "cronjob", "(.*)"))`;
  return `${created} < on (owner_name) group_left () ${succeeded}`;
}

/** A regular expression, in quotes, for the names of Jobs that are made from these names. */
export function jobsOf(names: string[]): string {
  return JSON.stringify(`(${names.map(literal).join("|")})-.*`);
}
