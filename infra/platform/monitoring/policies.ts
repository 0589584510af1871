import { rolloutsNamespace } from "../argo-rollouts.ts";
import type { PlatformValues } from "../config/schema.ts";
import { logsNamespace } from "../logs/spec.ts";
import { everyPod, fromApiServer, neighbors, type Opening, podsIn, ports, toAnywhere, toApiServer } from "../policies.ts";

const named = (name: string) => ({ "app.kubernetes.io/name": name });
export const prometheusPods = named("prometheus");
const alertmanagerPods = named("alertmanager");
const grafanaPods = named("grafana");
const stateMetricsPods = named("kube-state-metrics");
const component = (name: string) => ({ "app.kubernetes.io/component": name });

/** What the parts of the monitoring say to each other and to the cluster. `sources` are the namespaces of logs and traces that Grafana asks. */
export function monitoringOpenings(
  { cluster, ingress, logs, monitoring, rollouts }: PlatformValues,
  sources: readonly { namespace: string; port: number }[],
): Record<string, Opening> {
  const api = toApiServer(cluster.apiServerCidrs);
  const fromPrometheus = (...numbers: number[]) => ({ from: [neighbors(prometheusPods)], ports: ports(...numbers) });
  const { host } = monitoring.grafana;
  return {
    prometheus: {
      pods: prometheusPods,
      from: [
        fromPrometheus(9090, 8080),
        { from: [neighbors(grafanaPods)], ports: ports(9090) },
        ...(rollouts.enabled ? [{ from: [podsIn(rolloutsNamespace)], ports: ports(9090) }] : []),
      ],
      // It reads pods of every namespace, at ports that only their monitors know, and kubelets and node exporters at their nodes' addresses.
      to: [{ to: [everyPod] }, toAnywhere(10250, 9100), api],
    },
    alertmanager: {
      pods: alertmanagerPods,
      from: [
        fromPrometheus(9093, 8080),
        { from: [neighbors(grafanaPods)], ports: ports(9093) },
        // Alerts made from log lines.
        ...(logs.enabled ? [{ from: [podsIn(logsNamespace, named("loki"))], ports: ports(9093) }] : []),
      ],
      // To Slack, PagerDuty, webhooks and mail servers, wherever they are.
      to: [toAnywhere(443, 465, 587)],
    },
    grafana: {
      pods: grafanaPods,
      from: [fromPrometheus(3000), ...(host ? [{ from: [podsIn(ingress.namespace)], ports: ports(3000) }] : [])],
      to: [
        { to: [neighbors(prometheusPods)], ports: ports(9090) },
        { to: [neighbors(alertmanagerPods)], ports: ports(9093) },
        ...sources.map(({ namespace, port }) => ({ to: [podsIn(namespace)], ports: ports(port) })),
        // Its sidecar looks for dashboards.
        api,
      ],
    },
    "kube-state-metrics": { pods: stateMetricsPods, from: [fromPrometheus(8080)], to: [api] },
    operator: { pods: component("prometheus-operator"), from: [fromPrometheus(10250), fromApiServer(10250)], to: [api] },
    // The chart's Jobs, which make the certificate of the operator's webhook.
    "webhook-certificate": { pods: component("prometheus-operator-webhook"), to: [api] },
  };
}
