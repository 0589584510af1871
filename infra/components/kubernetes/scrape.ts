import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Monitoring } from "../component-args.ts";
import { type Identity, named, selectorLabels } from "./identity.ts";
import { allowFrom, namespacePeer } from "./network.ts";

/** Name of the port, on the container and on the Service, that Prometheus reads. */
export const metricsPortName = "metrics";

/**
 * Series that no rule and no panel reads, by name: the exporters' own run time and every setting of Postgres. They are two thirds of
 * what an exporter shows.
 */
export const unreadSeries = "(go|promhttp)_.*|pg_settings_[^m].*";

/** Samples of one scrape above which it fails. A label that takes any value then costs this target, not Prometheus; the service shows about 1,500. */
const defaultSampleLimit = 5000;

/** Lets Prometheus, and nobody else, reach a metrics port. */
export function allowScraping(monitoring: Monitoring | undefined, port: number) {
  return monitoring ? [allowFrom([namespacePeer(monitoring.namespace)], port)] : [];
}

/** Annotations by which a Prometheus without the operator finds a Service, or pods without one; the scrape config is in docs/monitoring.md. */
export function scrapeAnnotations(monitoring: Monitoring | undefined, port: number): Record<string, string> {
  if (monitoring?.operator !== false) return {};
  return { "prometheus.io/scrape": "true", "prometheus.io/port": `${port}`, "prometheus.io/path": "/metrics" };
}

/** Makes the ServiceMonitor of a workload's Service, where the operator runs. */
export function scrapeByOperator(identity: Identity, monitoring: Monitoring | undefined, opts: pulumi.CustomResourceOptions): void {
  if (!monitoring || monitoring.operator === false) return;
  monitor("ServiceMonitor", identity, monitoring, { endpoints: [endpoint(monitoring)] }, opts);
}

/** Makes the PodMonitor of a workload without a Service, where the operator runs. Its `job` is the component's name, as a Service's would be. */
export function scrapePodsByOperator(
  identity: Identity,
  monitoring: Monitoring | undefined,
  opts: pulumi.CustomResourceOptions,
  pods = selectorLabels(identity),
  changes: readonly object[] = [],
): void {
  if (!monitoring || monitoring.operator === false) return;
  const job = { sourceLabels: ["__meta_kubernetes_pod_label_app_kubernetes_io_instance"], targetLabel: "job" };
  monitor("PodMonitor", identity, monitoring, { podMetricsEndpoints: [{ ...endpoint(monitoring, changes), relabelings: [job] }] }, opts, pods);
}

function endpoint({ interval }: Monitoring, changes: readonly object[] = []) {
  return {
    port: metricsPortName,
    path: "/metrics",
    interval: interval ?? "30s",
    scrapeTimeout: "5s",
    metricRelabelings: [{ sourceLabels: ["__name__"], regex: unreadSeries, action: "drop" }, ...changes],
  };
}

function monitor(
  kind: "ServiceMonitor" | "PodMonitor",
  identity: Identity,
  monitoring: Monitoring,
  targets: object,
  opts: pulumi.CustomResourceOptions,
  pods = selectorLabels(identity),
): void {
  const metadata = named(identity);
  new k8s.apiextensions.CustomResource(
    `${identity.name}-monitor`,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind,
      metadata: { ...metadata, labels: { ...metadata.labels, ...monitoring.labels } },
      spec: {
        selector: { matchLabels: pods },
        ...targets,
        sampleLimit: monitoring.sampleLimit ?? defaultSampleLimit,
        // Names and values that somebody outside chose would be longer and more.
        labelLimit: 30,
        labelValueLengthLimit: 256,
      },
    },
    opts,
  );
}
