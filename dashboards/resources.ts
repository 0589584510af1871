import { dashboard } from "./dashboard.ts";
import type { DashboardOptions } from "./options.ts";
import { lines, type Made, numbers } from "./panel.ts";
import { fromAny, inNamespace, rate } from "./query.ts";

/** A container's own series: those without a name are sums over a pod, `POD` is the pause container of older run times. */
const containers = inNamespace('container!~"POD|"');

/** What the cluster gives the service: by kube-state-metrics, and by cAdvisor and volumes in the kubelet. */
export function resourcesDashboard(options: DashboardOptions) {
  return dashboard(options, "resources", [
    { title: "Workloads", panels: workloads(options) },
    { title: "CPU, memory and network", panels: use(options) },
    { title: "Room to move", panels: room(options) },
  ]);
}

function workloads({ thresholds, postgres, redis = [], backups = [], restoreDrill }: DashboardOptions): Made[] {
  const walArchive = postgres?.walArchive;
  const reported = [...[postgres, ...redis, walArchive, ...backups, restoreDrill].map((shown) => shown?.exporterJob), walArchive?.job];
  const jobs = [...new Set(reported.filter((job) => job !== undefined))];
  return [
    lines({
      title: "Pods missing",
      description: "Pods less than asked for, by workload. More than a rollout's time above 0, a new version does not come up.",
      unit: "short",
      queries: {
        "{{deployment}}": `max by (deployment) (kube_deployment_spec_replicas${inNamespace()} - kube_deployment_status_replicas_available${inNamespace()})`,
        "{{statefulset}}": `max by (statefulset) (kube_statefulset_replicas${inNamespace()} - kube_statefulset_status_replicas_ready${inNamespace()})`,
      },
      limits: [{ value: 1, color: "orange" }],
      alerts: ["AppRolloutStuck", "AppRolloutDegraded", "AppRolloutPausedTooLong", "ClusterMetricsAbsent"],
      noValue: "no kube-state-metrics",
    }),
    lines({
      title: "Container restarts",
      description: `Restarts within 15 minutes, by pod. From ${thresholds.restarts} on it is a loop, and the line is the alert's; one may be a node.`,
      unit: "short",
      // The alert's own window: a restart must stay in sight for longer than between two points.
      queries: { "{{pod}}": `max by (pod) (increase(kube_pod_container_status_restarts_total${inNamespace()}[15m])) > 0` },
      limits: [{ value: thresholds.restarts, color: "red" }],
      alerts: ["AppPodCrashLooping"],
      noValue: "none",
    }),
    lines({
      title: "Containers that ended or wait",
      description: "Why containers wait to start, or ended last: ImagePullBackOff, CrashLoopBackOff, OOMKilled, Error. Completed ones are Jobs.",
      unit: "short",
      queries: {
        "waits: {{reason}}": `sum by (reason) (kube_pod_container_status_waiting_reason${inNamespace()}) > 0`,
        "ended: {{reason}}": `sum by (reason) (kube_pod_container_status_last_terminated_reason${inNamespace()}) > 0`,
      },
      alerts: ["ContainerOutOfMemory"],
      noValue: "none",
    }),
    numbers({
      title: "Failed Jobs",
      description: "Failed Jobs whose logs are still there: migrations, backups, drills. What they were to do is undone until a later one succeeds.",
      unit: "short",
      queries: { failed: `sum(kube_job_failed${inNamespace('condition="true"')}) or vector(0)` },
      limits: [{ value: 1, color: "orange" }],
      alerts: ["JobFailed", "MigrationJobFailed"],
      span: 12,
    }),
    ...(jobs.length === 0
      ? []
      : [
          numbers({
            title: "Exporters",
            description: "1 when Prometheus reads it. What a silent one watches may be well, but no alert about it can fire.",
            unit: "short",
            queries: { "{{job}}": `max by (job) (up${fromAny(jobs)})` },
            below: "red",
            limits: [{ value: 1, color: "green" }],
            alerts: ["ExporterDown"],
            span: 12,
            noValue: "no exporter",
          }),
        ]),
  ];
}

function use({ thresholds }: DashboardOptions): Made[] {
  const periods = (which: string) => `sum by (pod) (${rate(`container_cpu_cfs_${which}periods_total${containers}`)})`;
  const byPod = "sum by (pod)";
  return [
    lines({
      title: "CPU by pod",
      description: "CPU seconds per second, by pod: 1 is one core.",
      unit: "none",
      queries: { "{{pod}}": `${byPod} (${rate(`container_cpu_usage_seconds_total${containers}`)})` },
      noValue: "no cAdvisor",
    }),
    lines({
      title: "CPU of what was requested",
      description: "Share of the request in use. Above 100 % a pod lives on what others leave; far below, its request keeps others out.",
      unit: "percentunit",
      queries: {
        "{{pod}}":
          `${byPod} (${rate(`container_cpu_usage_seconds_total${containers}`)}) ` +
          `/ ${byPod} (kube_pod_container_resource_requests${inNamespace('resource="cpu"')})`,
      },
      limits: [{ value: 1, color: "orange" }],
      noValue: "no requests",
    }),
    lines({
      title: "Slowed down by the CPU limit",
      description: "Share of the scheduler's periods in which a pod was stopped. Each stop lasts up to 0.1 s. The line is the alert's.",
      unit: "percentunit",
      queries: { "{{pod}}": `${periods("throttled_")} / (${periods("")} > 0)` },
      limits: [{ value: thresholds.cpuThrottled, color: "red" }],
      alerts: ["AppCpuThrottled"],
      noValue: "no CPU limits",
    }),
    lines({
      title: "Memory by pod",
      description: "Working set, by pod: what the kernel can't take back at once. Postgres's holds file pages that it can.",
      unit: "bytes",
      queries: { "{{pod}}": `${byPod} (container_memory_working_set_bytes${containers})` },
      noValue: "no cAdvisor",
    }),
    lines({
      title: "Memory of the limit",
      description: "Share of the limit of the fullest container, by pod. At 100 % the kernel kills it. The line is the alert's.",
      unit: "percentunit",
      queries: {
        "{{pod}}":
          `max by (pod) (max by (pod, container) (container_memory_working_set_bytes${containers}) ` +
          `/ max by (pod, container) (kube_pod_container_resource_limits${inNamespace('resource="memory"')}))`,
      },
      limits: [{ value: thresholds.memoryOfLimit, color: "red" }],
      max: 1,
      alerts: ["AppMemoryNearLimit"],
      noValue: "no limits",
    }),
    lines({
      title: "Network",
      description: "Bytes per second that all pods of the namespace receive and send.",
      unit: "Bps",
      queries: {
        received: `sum(${rate(`container_network_receive_bytes_total${inNamespace()}`)})`,
        sent: `sum(${rate(`container_network_transmit_bytes_total${inNamespace()}`)})`,
      },
      noValue: "no network metrics",
    }),
  ];
}

function room({ thresholds }: DashboardOptions): Made[] {
  const scaler = inNamespace('horizontalpodautoscaler="$service"');
  const volume = (what: string) => `max by (persistentvolumeclaim) (kubelet_volume_stats_${what}_bytes${inNamespace()})`;
  return [
    lines({
      title: "Replicas",
      description: "Replicas that the autoscaler wants, and what it may choose between. At the maximum the next wave of load is not met.",
      unit: "short",
      queries: {
        wanted: `max(kube_horizontalpodautoscaler_status_desired_replicas${scaler})`,
        maximum: `max(kube_horizontalpodautoscaler_spec_max_replicas${scaler})`,
        minimum: `max(kube_horizontalpodautoscaler_spec_min_replicas${scaler})`,
      },
      alerts: ["AppHpaAtMax"],
      noValue: "no autoscaler",
    }),
    lines({
      title: "Evictions allowed",
      description: "Pods that each disruption budget lets go now. At 0 a node with one of its pods can't be drained.",
      unit: "short",
      queries: { "{{poddisruptionbudget}}": `max by (poddisruptionbudget) (kube_poddisruptionbudget_status_pod_disruptions_allowed${inNamespace()})` },
      below: "orange",
      limits: [{ value: 1, color: "green" }],
      alerts: ["DisruptionBudgetBlocking"],
      noValue: "no budgets",
    }),
    lines({
      title: "Volumes free",
      description: "Share of each volume that is free. The line is that of the alert on Postgres's.",
      unit: "percentunit",
      queries: { "{{persistentvolumeclaim}}": `${volume("available")} / ${volume("capacity")}` },
      below: "red",
      limits: [{ value: thresholds.diskFree, color: "green" }],
      max: 1,
      noValue: "no kubelet metrics",
    }),
  ];
}
