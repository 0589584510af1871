import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, type Monitoring, ServiceNamespace } from "./components/index.ts";
import type { StackConfig } from "./config/load.ts";

/** What every part of the stack stands on. */
export interface Foundation {
  config: StackConfig;
  namespace: pulumi.Output<string>;
  /** Arguments that every component has. */
  common: ComponentArgs;
  monitoring: Monitoring;
  opts: pulumi.ComponentResourceOptions;
}

export function layFoundation(config: StackConfig): Foundation {
  const { alerts, cluster, protectData: protect, service } = config;
  const opts = { providers: [new k8s.Provider("cluster", { context: cluster.context, clusterIdentifier: cluster.identifier })] };
  const labels = { "app.kubernetes.io/part-of": service.name, owner: service.owner };
  const annotations = { email: service.email };
  const { name: namespace } = new ServiceNamespace(config.namespace, { labels, annotations, protect }, opts);
  const monitoring = {
    namespace: cluster.monitoringNamespace,
    operator: cluster.prometheusOperator,
    labels: alerts.ruleLabels,
    interval: cluster.scrapeInterval,
  };
  return { config, namespace, common: { namespace, labels, annotations }, monitoring, opts };
}
