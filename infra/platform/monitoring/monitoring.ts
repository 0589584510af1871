import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { AddonNamespace } from "../addon-namespace.ts";
import type { PlatformValues } from "../config/schema.ts";
import { podsIn, ports } from "../policies.ts";
import { installChart } from "../release.ts";
import type { LogSource, TraceSource } from "./data-sources.ts";
import { adminSecret, dashboardReaderRole } from "./grafana.ts";
import { monitoringOpenings } from "./policies.ts";
import { monitoringValues, nodeExporterNamespace } from "./values.ts";

export interface MonitoringArgs {
  config: PlatformValues;
  /** The operator's kinds. */
  after: readonly pulumi.Resource[];
  /** Where Grafana asks for logs. Defaults to nowhere. */
  logs?: LogSource & { namespace: string; port: number };
  /** Where Grafana asks for traces. Defaults to nowhere. */
  traces?: TraceSource & { namespace: string; port: number };
}

/** Prometheus operator with Prometheus, Alertmanager, Grafana, kube-state-metrics and node exporters. The operator's kinds come before it, by themselves. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, { config, after, logs, traces }: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway-platform:index:Monitoring", name, {}, opts);
    const child = { parent: this };
    const { namespace } = config.monitoring;
    const sources = [logs, traces].filter((source) => source !== undefined);
    const home = new AddonNamespace(`${name}-namespace`, { namespace, openings: monitoringOpenings(config, sources) }, child);
    const nodes = new AddonNamespace(
      "node-exporter-namespace",
      {
        namespace: nodeExporterNamespace,
        openings: { "node-exporter": { pods: {}, from: [{ from: [podsIn(namespace)], ports: ports(9100) }] } },
        privileged: "reads the node's own files, processes and network, which is what it measures",
      },
      child,
    );

    const labels = { "app.kubernetes.io/managed-by": "pulumi" };
    const password = new RandomPassword(`${name}-grafana-password`, { length: 32, special: false }, child);
    const admin = new k8s.core.v1.Secret(
      adminSecret,
      { metadata: { name: adminSecret, namespace: home.name, labels }, stringData: { "admin-user": "admin", "admin-password": password.result } },
      child,
    );
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }];
    const role = new k8s.rbac.v1.ClusterRole(dashboardReaderRole, { metadata: { name: dashboardReaderRole, labels }, rules }, child);

    installChart({ chart: "kubePrometheusStack", name: "kube-prometheus-stack", values: monitoringValues(config, logs, traces) }, home.name, {
      parent: this,
      dependsOn: [admin, role, nodes, ...after],
    });
    this.registerOutputs({});
  }
}
