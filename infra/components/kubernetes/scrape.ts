import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Monitoring } from "../component-args.ts";
import { type Identity, named, selectorLabels } from "./identity.ts";
import { allowFrom, namespacePeer } from "./network.ts";

/** Name of the port, on the container and on the Service, that Prometheus reads. */
export const metricsPortName = "metrics";

/** Lets Prometheus, and nobody else, reach a metrics port. */
export function allowScraping(monitoring: Monitoring | undefined, port: number) {
  return monitoring ? [allowFrom([namespacePeer(monitoring.namespace)], port)] : [];
}

/** Annotations by which a Prometheus without the operator finds a Service; the scrape config is in docs/monitoring.md. */
export function scrapeAnnotations(monitoring: Monitoring | undefined, port: number): Record<string, string> {
  if (monitoring?.operator !== false) return {};
  return { "prometheus.io/scrape": "true", "prometheus.io/port": `${port}`, "prometheus.io/path": "/metrics" };
}

/** Makes the ServiceMonitor of a workload's Service, where the operator runs. */
export function scrapeByOperator(identity: Identity, monitoring: Monitoring | undefined, opts: pulumi.CustomResourceOptions): void {
  if (!monitoring || monitoring.operator === false) return;
  const metadata = named(identity);
  new k8s.apiextensions.CustomResource(
    `${identity.name}-monitor`,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: { ...metadata, labels: { ...metadata.labels, ...monitoring.labels } },
      spec: {
        selector: { matchLabels: selectorLabels(identity) },
        endpoints: [{ port: metricsPortName, path: "/metrics", interval: monitoring.interval ?? "30s", scrapeTimeout: "5s" }],
      },
    },
    opts,
  );
}
