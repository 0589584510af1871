import { resourceRequirements } from "../../components/kubernetes/resources.ts";
import type { PlatformValues } from "../config/schema.ts";
import type { LogSource, TraceSource } from "./data-sources.ts";
import { dataSources } from "./data-sources.ts";
import { grafanaValues } from "./grafana.ts";
import { alertmanagerValues, prometheusValues } from "./prometheus.ts";

/** Namespace of the node exporter, which looks at the node and so can't be `restricted`. */
export const nodeExporterNamespace = "node-exporter";

const small = resourceRequirements({ cpu: "20m", memory: "128Mi" });
const absent = { enabled: false };

/** Values of kube-prometheus-stack. */
export function monitoringValues(values: PlatformValues, logs: LogSource | undefined, traces: TraceSource | undefined) {
  const { monitoring } = values;
  return {
    // In a release of their own: Helm installs kinds of a chart's `crds` folder once, and never upgrades them.
    crds: absent,
    prometheus: prometheusValues(monitoring),
    alertmanager: alertmanagerValues(monitoring),
    grafana: grafanaValues(values, dataSources(monitoring.namespace, logs, traces)),
    prometheusOperator: {
      resources: small,
      prometheusConfigReloader: { resources: resourceRequirements({ cpu: "10m", memory: "64Mi" }) },
      // A rule that can't be read is refused when it is written, and not found missing in the night.
      admissionWebhooks: { patch: { resources: small } },
    },
    "kube-state-metrics": { resources: small },
    "prometheus-node-exporter": { namespaceOverride: nodeExporterNamespace, resources: resourceRequirements({ cpu: "20m", memory: "64Mi" }) },
    // Clouds hide these; where they are seen, they listen on the node's own address. Their alerts would never be silent.
    kubeControllerManager: absent,
    kubeScheduler: absent,
    kubeProxy: absent,
    kubeEtcd: absent,
    defaultRules: { rules: { etcd: false, kubeControllerManager: false, kubeProxy: false, kubeSchedulerAlerting: false, kubeSchedulerRecording: false } },
  };
}
