/** Kinds outside Kubernetes itself that a stack may need, by the switch that says the cluster offers them. */
export interface Capability {
  /** What people call it. */
  title: string;
  /** API group and version whose presence shows it. */
  groupVersion: string;
  /** Kinds of that group that the program makes. */
  kinds: readonly string[];
  /** How it is switched off, or that it can't be. */
  without: string;
  /** Command that installs it. */
  install: string;
  /** Switch of the platform stack that installs it, hardened and with what belongs to it. */
  platformSwitch: string;
}

export const capabilities = {
  certManager: {
    title: "cert-manager",
    groupVersion: "cert-manager.io/v1",
    kinds: ["Certificate", "Issuer"],
    without: "The public endpoint needs it for its certificate.",
    install:
      "helm install cert-manager oci://quay.io/jetstack/charts/cert-manager --version v1.21.1 --namespace cert-manager --create-namespace --set crds.enabled=true",
    platformSwitch: "certManager",
  },
  traefik: {
    title: "Traefik",
    groupVersion: "traefik.io/v1alpha1",
    kinds: ["Middleware"],
    without: "The public endpoint needs it for redirects and headers.",
    install: "helm install traefik oci://ghcr.io/traefik/helm/traefik --namespace traefik --create-namespace",
    platformSwitch: "ingress",
  },
  prometheusOperator: {
    title: "Prometheus operator",
    groupVersion: "monitoring.coreos.com/v1",
    kinds: ["PodMonitor", "PrometheusRule", "ServiceMonitor"],
    without: "Or set slipway:cluster.prometheusOperator to false: rules become ConfigMaps, and Services are found by annotations.",
    install:
      "helm install kube-prometheus-stack oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack --namespace monitoring --create-namespace " +
      // As it comes, the chart reads only what carries its own release's label.
      "--set prometheus.prometheusSpec.serviceMonitorSelectorNilUsesHelmValues=false --set prometheus.prometheusSpec.podMonitorSelectorNilUsesHelmValues=false " +
      "--set prometheus.prometheusSpec.ruleSelectorNilUsesHelmValues=false",
    platformSwitch: "monitoring",
  },
  alertRoutes: {
    title: "Prometheus operator's alert routes",
    groupVersion: "monitoring.coreos.com/v1alpha1",
    kinds: ["AlertmanagerConfig"],
    without: "Or leave slipway:alerts.routes out: then Alertmanager's own config decides whom alerts are told.",
    install:
      "helm install prometheus-operator-crds oci://ghcr.io/prometheus-community/charts/prometheus-operator-crds --namespace monitoring --create-namespace",
    platformSwitch: "monitoring",
  },
  cloudNativePg: {
    title: "CloudNativePG",
    groupVersion: "postgresql.cnpg.io/v1",
    kinds: ["Cluster", "Pooler"],
    without: "Or set slipway:postgres.mode to single, in a stack that has no data yet.",
    install: "helm install cloudnative-pg cloudnative-pg --repo https://cloudnative-pg.github.io/charts --namespace cnpg-system --create-namespace",
    platformSwitch: "cloudNativePg",
  },
} satisfies Record<string, Capability>;

export type CapabilityName = keyof typeof capabilities;

/** What of a stack's config decides on what it needs. */
export interface Needing {
  alerts: { routes?: unknown };
  cluster: { prometheusOperator: boolean };
  postgres: { mode: string };
}

/** What a stack needs of its cluster. */
export function neededCapabilities({ alerts, cluster, postgres }: Needing): CapabilityName[] {
  const operator: CapabilityName[] = ["prometheusOperator", ...(alerts.routes ? (["alertRoutes"] as const) : [])];
  return ["certManager", "traefik", ...(postgres.mode === "cluster" ? (["cloudNativePg"] as const) : []), ...(cluster.prometheusOperator ? operator : [])];
}
