import * as z from "zod";
import * as field from "../../config/fields.ts";
import { telemetryImages } from "../collector/images.ts";

type TelemetryImage = keyof typeof telemetryImages;

const enabled = field.flag.default(true).describe("Whether it is installed.");
const storageClass = field.dnsLabel("standard").optional().describe("Storage class of its volumes. Defaults to the cluster's.");
const retentionDays = (kept: string, days: number) => field.count(1, 400).default(days).describe(`Days that ${kept} are kept.`);

const cluster = z
  .strictObject({
    context: field.plainText("my-cluster").optional().describe("Context of the kubeconfig. Defaults to the current one."),
    identifier: field.plainText("prod").describe("Name of the cluster. Only its change makes everything anew."),
    apiServerCidrs: z
      .array(field.cidr, { error: "write a list of address ranges, such as [10.0.0.1/32]" })
      .min(1, { error: "name at least one address range, or leave the key out" })
      .optional()
      .describe("Addresses of the API server, the only ones that add-ons then reach on 443 and 6443. Defaults to any address on these ports."),
  })
  .describe("Which cluster it is.");

const ingress = z
  .strictObject({
    enabled,
    namespace: field.namespace("traefik").default("traefik").describe("Its namespace, the only one that services let in from outside."),
    className: field.dnsLabel("traefik").default("traefik").describe("Ingress class that it serves."),
    replicas: field.count(1, 20).default(2).describe("Pods of the controller; below two, a node that goes takes the entrance with it."),
    serviceType: field.oneOf(["LoadBalancer", "NodePort"]).default("LoadBalancer").describe("How traffic gets in: NodePort where nobody gives out addresses."),
  })
  .describe("Traefik, the way in.");

const certManager = z
  .strictObject({
    enabled,
    issuer: z
      .strictObject({
        kind: field.oneOf(["selfSigned", "acme"]).describe("A ClusterIssuer of the platform's own: selfSigned for trying things out, acme for the world."),
        email: field.email.optional().describe("For acme: whom the authority warns."),
        server: field.oneOf(["production", "staging"]).optional().describe("For acme: Let's Encrypt's production (the default) or staging."),
      })
      .optional()
      .describe("A ClusterIssuer for every service. Defaults to none: each service has its own."),
  })
  .describe("cert-manager, for certificates.");

const metricsServer = z
  .strictObject({
    enabled: field.flag.default(true).describe("Whether it is installed. False where the cluster has one already."),
    trustKubelets: field.flag
      .default(false)
      .describe("Whether it takes kubelets' certificates unread. Only for clusters whose kubelets sign their own, such as kind."),
  })
  .describe("metrics-server, for autoscaling.");

const monitoring = z
  .strictObject({
    enabled,
    namespace: field.namespace("monitoring").default("monitoring").describe("Its namespace, the only one that may read metrics."),
    retentionDays: retentionDays("series", 30),
    storage: field.memory("50Gi", "1Gi").default("50Gi").describe("Size of Prometheus' volume; the oldest series go before it is full."),
    storageClass,
    memory: field.memory("2Gi", "512Mi").default("2Gi").describe("Memory of Prometheus; 2Gi is enough for about 300,000 series."),
    grafana: z
      .strictObject({
        host: field.host.optional().describe("Public host name of Grafana. Defaults to none: kubectl port-forward reaches it."),
      })
      .prefault({})
      .describe("Grafana."),
  })
  .describe("Prometheus operator with Prometheus, Alertmanager and Grafana.");

const logs = z
  .strictObject({
    enabled,
    retentionDays: retentionDays("lines", 14),
    storage: field.memory("50Gi", "1Gi").default("50Gi").describe("Size of Loki's volume. A change makes the store anew, without its lines."),
    storageClass,
  })
  .describe("Loki with a collector on each node, for every pod's log lines.");

const traces = z
  .strictObject({
    enabled,
    retentionDays: retentionDays("traces", 7),
    storage: field.memory("10Gi", "1Gi").default("10Gi").describe("Size of the store's volume. A change makes the store anew, without its traces."),
    storageClass,
  })
  .describe("OpenTelemetry collector and Jaeger, for traces.");

const cloudNativePg = z
  .strictObject({
    enabled,
    barmanPlugin: field.flag.default(true).describe("Whether the plugin for backups to object storage comes along."),
  })
  .describe("CloudNativePG, for Postgres with standbys.");

const rollouts = z.strictObject({ enabled }).describe("Argo Rollouts, for releases that are judged on the way.");

const images = z
  .partialRecord(z.enum(Object.keys(telemetryImages) as [TelemetryImage, ...TelemetryImage[]]), field.imageReference, {
    error: "write a map of images, such as {loki: registry.example.org/loki:3.7.8}",
  })
  .describe("Images to run instead of the platform's own, such as those of a mirror, for logs and traces.");

/** Everything a platform stack may set, under `slipway-platform:`. */
export const platformSchema = z.strictObject({
  cluster,
  ingress: ingress.prefault({}),
  certManager: certManager.prefault({}),
  metricsServer: metricsServer.prefault({}),
  monitoring: monitoring.prefault({}),
  logs: logs.prefault({}),
  traces: traces.prefault({}),
  cloudNativePg: cloudNativePg.prefault({}),
  rollouts: rollouts.prefault({}),
  images: images.default({}),
});

/** As read, with every default filled in. */
export type PlatformValues = z.output<typeof platformSchema>;
