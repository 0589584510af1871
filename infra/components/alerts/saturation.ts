import { hold } from "../prometheus/hold.ts";
import { duration, durationText, literal, percent, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedService, WatchedWorker } from "./watched.ts";

const throttlingWindowSeconds = 300;
const killWindowSeconds = hold.rollout;

/** How near containers are to their limits: use by cAdvisor in the kubelet, limits by kube-state-metrics. */
export function saturationAlerts(subject: AlertSubject, watched: WatchedService, worker: WatchedWorker | undefined) {
  const { namespace, service, thresholds } = subject;
  const having = (labels: Record<string, string>) => selector({ namespace, ...labels });
  // A container's own series; those without a name are sums over a pod, `POD` is the pause container of older run times.
  const real = '!~"POD|"';
  const owned = having({ container: real, pod: podsOf([watched.name, ...(worker ? [worker.job] : [])]) });
  const contained = having({ container: real });
  const throttled = (what: string) =>
    `sum by (pod, container) (rate(container_cpu_cfs_${what}periods_total${contained}[${duration(throttlingWindowSeconds)}]))`;
  return alerts(subject, [
    {
      name: "AppMemoryNearLimit",
      severity: "warning",
      dashboard: "resources",
      // Not Postgres: what it reads fills the page cache, which counts here and which the kernel takes back.
      expr:
        `max by (pod, container) (container_memory_working_set_bytes${owned}) ` +
        `/ max by (pod, container) (kube_pod_container_resource_limits${having({ resource: "memory" })}) > ${thresholds.memoryOfLimit}`,
      for: hold.rollout,
      summary: `{{ $labels.pod }} in ${namespace} is nearly out of memory.`,
      description: `Container {{ $labels.container }} uses {{ $value | humanizePercentage }} of its memory limit, threshold ${percent(thresholds.memoryOfLimit)}. At 100 % the kernel kills it: requests or jobs in that pod break off.`,
    },
    {
      name: "ContainerOutOfMemory",
      severity: "warning",
      dashboard: "resources",
      expr:
        `max by (pod, container) (increase(kube_pod_container_status_restarts_total${having({})}[${duration(killWindowSeconds)}])) > 0 ` +
        `and on (pod, container) kube_pod_container_status_last_terminated_reason${having({ reason: "OOMKilled" })} == 1`,
      summary: `{{ $labels.pod }} in ${namespace} was killed for its memory.`,
      description: `Container {{ $labels.container }} reached its memory limit within ${durationText(killWindowSeconds)} and was started again {{ $value | humanize }} times. What it was doing broke off: requests, jobs, or every connection of a database.`,
    },
    {
      name: "AppCpuThrottled",
      severity: "warning",
      dashboard: "resources",
      // A Job that is slowed down, such as a dump, makes nobody wait. Nor does a container that is idle but for a moment every half minute,
      // as exporters are: it computes in less than one a second of the ten periods, and a burst in these few tells nothing.
      expr:
        `${throttled("throttled_")} / (${throttled("")} > 1) > ${thresholds.cpuThrottled} ` + `unless on (pod) kube_pod_owner${having({ owner_kind: "Job" })}`,
      for: hold.rollout,
      summary: `{{ $labels.pod }} of ${service} in ${namespace} is slowed down by its CPU limit.`,
      description: `Container {{ $labels.container }} was stopped in {{ $value | humanizePercentage }} of the scheduler's periods, threshold ${percent(thresholds.cpuThrottled)}. Each stop lasts up to 0.1 s, and all whom it serves wait for it.`,
    },
  ]);
}

/** Pods of Deployments: name, template hash, pod. A name with more parts, such as a Job's, belongs to somebody else. */
function podsOf(deployments: string[]): string {
  return `=~${JSON.stringify(`(${deployments.map(literal).join("|")})-[a-z0-9]+-[a-z0-9]+`)}`;
}
