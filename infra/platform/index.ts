import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { PlatformOffer } from "../config/platform-offer.ts";
import { explainFailures } from "../diagnosis/diagnosis.ts";
import { Addon } from "./addon.ts";
import { argoRollouts } from "./argo-rollouts.ts";
import { certManager } from "./cert-manager.ts";
import { cloudNativePg } from "./cloud-native-pg.ts";
import { clusterIssuer, clusterIssuerName } from "./cluster-issuer.ts";
import { fromPulumi } from "./config/load.ts";
import { ingressController } from "./ingress-controller.ts";
import { Logs } from "./logs/logs.ts";
import { lokiPort } from "./logs/loki-config.ts";
import { logsNamespace } from "./logs/spec.ts";
import { metricsServer } from "./metrics-server.ts";
import { prometheusKinds } from "./monitoring/kinds.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import { storePorts } from "./traces/jaeger-config.ts";
import { traceStoreType, tracesNamespace } from "./traces/spec.ts";
import { Traces } from "./traces/traces.ts";

/** As an offer, before all of it is known. */
type PlatformOutputs = { [Output in keyof PlatformOffer]: pulumi.Input<PlatformOffer[Output]> };

/** The program of every platform stack: each add-on that its config leaves on. The offline plan runs it with `askCluster` false. */
export default async function program({ askCluster = true } = {}): Promise<PlatformOutputs> {
  const config = fromPulumi();
  const { cluster, images, ingress, monitoring } = config;
  if (askCluster) explainFailures(cluster.context);
  const provider = new k8s.Provider("cluster", { context: cluster.context, clusterIdentifier: cluster.identifier });
  const opts = { providers: [provider] };

  // The kinds of monitors and rules come first: every other add-on brings a monitor of its own.
  const kinds = monitoring.enabled ? [new Addon("prometheus-operator-crds", prometheusKinds(), opts)] : [];
  const certificates = config.certManager.enabled ? [new Addon("cert-manager", { ...certManager(config), after: kinds }, opts)] : [];
  const { issuer } = config.certManager;
  if (issuer) clusterIssuer(issuer, ingress.className, { provider, dependsOn: certificates });

  const both = [...kinds, ...certificates];
  if (ingress.enabled) new Addon("ingress", { ...ingressController(config), after: kinds }, opts);
  if (config.metricsServer.enabled) new Addon("metrics-server", { ...metricsServer(config), after: both }, opts);
  const telemetry = {
    monitoring: monitoring.enabled ? { namespace: monitoring.namespace } : undefined,
    collectorImage: images.collector,
    after: kinds,
  };
  const logs = config.logs.enabled ? new Logs("logs", { ...config.logs, ...telemetry, lokiImage: images.loki }, opts) : undefined;
  const traces = config.traces.enabled ? new Traces("traces", { ...config.traces, ...telemetry, jaegerImage: images.jaeger }, opts) : undefined;
  if (monitoring.enabled) {
    const logSource = logs && { url: logs.url, namespace: logsNamespace, port: lokiPort };
    const traceSource = traces && ({ url: traces.queryUrl, type: traceStoreType, namespace: tracesNamespace, port: storePorts.query } as const);
    new Monitoring("monitoring", { config, after: kinds, logs: logSource, traces: traceSource }, opts);
  }
  if (config.cloudNativePg.enabled) new Addon("cloud-native-pg", { ...cloudNativePg(config), after: both }, opts);
  if (config.rollouts.enabled) new Addon("argo-rollouts", { ...argoRollouts(config), after: kinds }, opts);

  const { host } = monitoring.grafana;
  return {
    prometheusOperator: monitoring.enabled,
    ...(monitoring.enabled && { monitoringNamespace: monitoring.namespace }),
    ...(monitoring.enabled && host && { grafanaUrl: `https://${host}` }),
    ...(ingress.enabled && { ingressClass: ingress.className, ingressNamespace: ingress.namespace }),
    ...(traces && { otlpEndpoint: traces.otlpEndpoint, tracesNamespace }),
    ...(issuer && { clusterIssuer: clusterIssuerName }),
  };
}
