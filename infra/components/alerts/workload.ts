import { hold } from "../prometheus/hold.ts";
import { duration, durationText, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedService } from "./watched.ts";

const restartsWindowSeconds = hold.rollout;

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
      dashboard: "resources",
      expr: `absent(kube_deployment_created${having({ deployment: watched.name })})`,
      for: hold.rollout,
      summary: `Nothing reports the state of ${service}'s workloads in ${namespace}.`,
      description:
        `kube-state-metrics has not shown the Deployment for ${durationText(hold.rollout)}, so alerts about rollouts, crashes, memory, the autoscaler and backups can't fire. ` +
        "Nobody is hurt yet.",
    },
    {
      name: "AppHpaAtMax",
      severity: "warning",
      dashboard: "resources",
      // One whose minimum is its maximum was never meant to scale.
      expr:
        `kube_horizontalpodautoscaler_status_desired_replicas${scaler} >= kube_horizontalpodautoscaler_spec_max_replicas${scaler} ` +
        `> kube_horizontalpodautoscaler_spec_min_replicas${scaler}`,
      for: hold.rollout,
      summary: `${service} in ${namespace} can't scale further.`,
      description: `The autoscaler has wanted {{ $value }} replicas, its maximum, for ${durationText(hold.rollout)}. Callers will wait if the load grows.`,
    },
    {
      name: "AppPodCrashLooping",
      severity: "warning",
      dashboard: "resources",
      // Both, since with the longest back-off of five minutes a loop restarts too seldom for the count.
      expr:
        `max by (pod, container) (increase(kube_pod_container_status_restarts_total${all}[${duration(restartsWindowSeconds)}])) >= ${thresholds.restarts} ` +
        `or max by (pod, container) (max_over_time(kube_pod_container_status_waiting_reason${having({ reason: "CrashLoopBackOff" })}[${duration(hold.restart)}])) == 1`,
      for: hold.secondLook,
      summary: `{{ $labels.pod }} in ${namespace} keeps crashing.`,
      description: `Container {{ $labels.container }} restarted ${thresholds.restarts} times or more within ${durationText(restartsWindowSeconds)}, or waits to be started again. The other replicas carry its load; a database has none.`,
    },
    {
      name: "DisruptionBudgetBlocking",
      severity: "warning",
      dashboard: "resources",
      expr:
        `max by (poddisruptionbudget) (kube_poddisruptionbudget_status_pod_disruptions_allowed${all}) == 0 ` +
        `and on (poddisruptionbudget) kube_poddisruptionbudget_status_expected_pods${all} > 0`,
      for: hold.background,
      summary: `The disruption budget {{ $labels.poddisruptionbudget }} in ${namespace} lets no pod go.`,
      description: `For ${durationText(hold.background)} it has allowed {{ $value }} evictions. Nodes with its pods can't be drained, so their updates wait; and one pod is probably broken already, so that the next failure hurts callers.`,
    },
  ]);
}
