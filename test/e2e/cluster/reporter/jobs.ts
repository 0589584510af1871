import { type ApiObject, type Sample, sample, seconds } from "./samples.ts";
import { nextTime } from "./schedule.ts";

export function job({ metadata, spec, status }: ApiObject): Sample[] {
  const at = { namespace: metadata.namespace as string, job_name: metadata.name as string };
  const [owner] = metadata.ownerReferences ?? [];
  // As kube-state-metrics has it: a Job that has ended so shows one series for each status, any other none.
  const ended = (name: string, type: string) =>
    (status.conditions ?? [])
      .filter((one: ApiObject) => one.type === type)
      .flatMap((one: ApiObject) =>
        ["true", "false", "unknown"].flatMap((value) =>
          sample(name, { ...at, condition: value, ...(type === "Failed" && { reason: one.reason ?? "" }) }, one.status.toLowerCase() === value),
        ),
      );
  return [
    ...sample("kube_job_info", at, 1),
    ...sample("kube_job_created", at, seconds(metadata.creationTimestamp)),
    ...sample("kube_job_owner", { ...at, owner_kind: owner?.kind ?? "", owner_name: owner?.name ?? "", owner_is_controller: `${owner?.controller ?? ""}` }, 1),
    ...sample("kube_job_spec_active_deadline_seconds", at, spec.activeDeadlineSeconds),
    ...sample("kube_job_status_active", at, status.active ?? 0),
    ...sample("kube_job_status_succeeded", at, status.succeeded ?? 0),
    ...sample("kube_job_status_failed", at, status.failed ?? 0),
    ...sample("kube_job_status_start_time", at, seconds(status.startTime)),
    ...sample("kube_job_status_completion_time", at, seconds(status.completionTime)),
    ...ended("kube_job_complete", "Complete"),
    ...ended("kube_job_failed", "Failed"),
  ];
}

export function cronJob({ metadata, spec, status }: ApiObject): Sample[] {
  const at = { namespace: metadata.namespace as string, cronjob: metadata.name as string };
  return [
    ...sample("kube_cronjob_info", { ...at, schedule: spec.schedule, concurrency_policy: spec.concurrencyPolicy, timezone: spec.timeZone ?? "local" }, 1),
    ...sample("kube_cronjob_created", at, seconds(metadata.creationTimestamp)),
    ...(spec.suspend ? [] : sample("kube_cronjob_next_schedule_time", at, nextTime(spec.schedule, Date.now()))),
    ...sample("kube_cronjob_spec_suspend", at, spec.suspend ?? false),
    ...sample("kube_cronjob_status_active", at, (status.active ?? []).length),
    ...sample("kube_cronjob_status_last_schedule_time", at, seconds(status.lastScheduleTime)),
    ...sample("kube_cronjob_status_last_successful_time", at, seconds(status.lastSuccessfulTime)),
  ];
}
