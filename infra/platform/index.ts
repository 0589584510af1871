import * as k8s from "@pulumi/kubernetes";
import type { PlatformOffer } from "../config/platform-offer.ts";
import { explainFailures } from "../diagnosis/diagnosis.ts";
import { Addon } from "./addon.ts";
import { argoRollouts } from "./argo-rollouts.ts";
import { certManager } from "./cert-manager.ts";
import { cloudNativePg } from "./cloud-native-pg.ts";
import { clusterIssuer, clusterIssuerName } from "./cluster-issuer.ts";
import { fromPulumi } from "./config/load.ts";
import { ingressController } from "./ingress-controller.ts";
import { metricsServer } from "./metrics-server.ts";
import { prometheusKinds } from "./monitoring/kinds.ts";
import { Monitoring } from "./monitoring/monitoring.ts";

/** The program of every platform stack: each add-on that its config leaves on. The offline plan runs it with `askCluster` false. */
export default async function program({ askCluster = true } = {}): Promise<PlatformOffer> {
  const config = fromPulumi();
  const { cluster, ingress, monitoring } = config;
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
  if (monitoring.enabled) new Monitoring("monitoring", { config, after: kinds }, opts);
  if (config.cloudNativePg.enabled) new Addon("cloud-native-pg", { ...cloudNativePg(config), after: both }, opts);
  if (config.rollouts.enabled) new Addon("argo-rollouts", { ...argoRollouts(config), after: kinds }, opts);

  const { host } = monitoring.grafana;
  return {
    prometheusOperator: monitoring.enabled,
    ...(monitoring.enabled && { monitoringNamespace: monitoring.namespace }),
    ...(monitoring.enabled && host && { grafanaUrl: `https://${host}` }),
    ...(ingress.enabled && { ingressClass: ingress.className, ingressNamespace: ingress.namespace }),
    ...(issuer && { clusterIssuer: clusterIssuerName }),
  };
}
