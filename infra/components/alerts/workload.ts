import { anyOf, literal, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedService } from "./watched.ts";

/** What Kubernetes reports about the workloads of the namespace, by kube-state-metrics. */
export function workloadAlerts(subject: AlertSubject, watched: WatchedService) {
  const { namespace, service, thresholds } = subject;
  const all = selector({ namespace });
  const having = (labels: Record<string, string>) => selector({ namespace, ...labels });
  const scaler = having({ horizontalpodautoscaler: watched.name });
  return alerts(subject, [
    {
      name: "ClusterMetricsAbsent",
      severity: "warning",
      expr: `absent(kube_deployment_created${having({ deployment: watched.name })})`,
      for: "15m",
      summary: `Nothing reports the state of ${service}'s workloads in ${namespace}.`,
      description:
        "kube-state-metrics has not shown the Deployment for 15 minutes, so alerts about rollouts, crashes, the autoscaler and backups can't fire. " +
        "Nobody is hurt yet.",
    },
    {
      name: "AppHpaAtMax",
      severity: "warning",
      expr: `kube_horizontalpodautoscaler_status_desired_replicas${scaler} >= kube_horizontalpodautoscaler_spec_max_replicas${scaler}`,
      for: "15m",
      summary: `${service} in ${namespace} can't scale further.`,
      description: "The autoscaler has wanted {{ $value }} replicas, its maximum, for 15 minutes. Callers will wait if the load grows.",
    },
    {
      name: "AppPodCrashLooping",
      severity: "warning",
      // Both, since with the longest back-off of five minutes a loop restarts too seldom for the count.
      expr:
        `max by (pod, container) (increase(kube_pod_container_status_restarts_total${all}[15m])) >= ${thresholds.restarts} ` +
        `or max by (pod, container) (max_over_time(kube_pod_container_status_waiting_reason${having({ reason: "CrashLoopBackOff" })}[5m])) == 1`,
      for: "1m",
      summary: `{{ $labels.pod }} in ${namespace} keeps crashing.`,
      description: `Container {{ $labels.container }} restarted ${thresholds.restarts} times or more within 15 minutes, or waits to be started again. The other replicas carry its load; a database has none.`,
    },
    {
      name: "AppRolloutStuck",
      severity: "warning",
      expr:
        `max by (deployment) (kube_deployment_status_condition${having({ condition: "Progressing", status: "false" })}) == 1 ` +
        `or max by (deployment) (kube_deployment_spec_replicas${all} - kube_deployment_status_replicas_available${all}) > 0 ` +
        `or max by (statefulset) (kube_statefulset_replicas${all} - kube_statefulset_status_replicas_ready${all}) > 0`,
      for: "15m",
      summary: `A rollout in ${namespace} does not finish.`,
      description:
        "{{ or $labels.deployment $labels.statefulset }} has fewer ready pods than asked for since 15 minutes. " +
        "Pods of the old version serve on; one more failure may hurt callers.",
    },
    watched.migrationJob !== undefined && {
      name: "MigrationJobFailed",
      severity: "warning",
      expr: `kube_job_failed${having({ condition: "true", job_name: `=~"${literal(watched.migrationJob).replaceAll("\\", "\\\\")}-.*"` })} == 1`,
      summary: `A schema migration of ${service} in ${namespace} failed.`,
      description: "Job {{ $labels.job_name }} failed. The old version serves on with the old schema; no new version starts until it succeeds.",
    },
  ]);
}

/** One exporter's silence makes every alert on it silent. */
export function exporterAlerts(subject: AlertSubject, jobs: readonly string[]) {
  const { namespace } = subject;
  if (jobs.length === 0) return [];
  const watched = selector({ job: anyOf(jobs), namespace });
  // `absent` gives no label for a choice of jobs, so each is asked for by itself.
  const missing = jobs.map((job) => `absent(up${selector({ job, namespace })})`).join(" or ");
  return alerts(subject, [
    {
      name: "ExporterDown",
      severity: "warning",
      expr: `max by (job) (up${watched}) == 0 or ${missing}`,
      for: "10m",
      summary: `{{ $labels.job }} in ${namespace} reports nothing.`,
      description: "Prometheus has not read {{ $labels.job }} for 10 minutes. What it watches may be well, but no alert about it can fire.",
    },
  ]);
}
