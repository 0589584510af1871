/** Where a chart is had, and which. */
export interface ChartSource {
  /** Address in an OCI registry, or name in `repository`. */
  chart: string;
  /** Chart repository, for charts that no registry has. */
  repository?: string;
  version: string;
  /** What it installs, for people: the chart's version fixes it. */
  installs: string;
}

/** Every chart of the platform: an upgrade is one reviewed line. Images follow from the charts. */
export const charts = {
  traefik: { chart: "oci://ghcr.io/traefik/helm/traefik", version: "41.3.0", installs: "Traefik 3.7.11" },
  certManager: { chart: "oci://quay.io/jetstack/charts/cert-manager", version: "v1.21.1", installs: "cert-manager 1.21.1" },
  metricsServer: {
    chart: "metrics-server",
    repository: "https://kubernetes-sigs.github.io/metrics-server",
    version: "3.13.1",
    installs: "metrics-server 0.8.1",
  },
  prometheusOperatorCrds: {
    chart: "oci://ghcr.io/prometheus-community/charts/prometheus-operator-crds",
    version: "31.0.1",
    installs: "kinds of Prometheus operator 0.93.1",
  },
  // Its operator has to be of the release that the kinds above are of.
  kubePrometheusStack: {
    chart: "oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack",
    version: "88.5.3",
    installs: "Prometheus operator 0.93.1 with Prometheus, Alertmanager, Grafana",
  },
  cloudNativePg: { chart: "cloudnative-pg", repository: "https://cloudnative-pg.github.io/charts", version: "0.29.0", installs: "CloudNativePG 1.30.0" },
  barmanCloud: {
    chart: "plugin-barman-cloud",
    repository: "https://cloudnative-pg.github.io/charts",
    version: "0.7.0",
    installs: "Barman Cloud plugin 0.13.0",
  },
  argoRollouts: { chart: "argo-rollouts", repository: "https://argoproj.github.io/argo-helm", version: "2.41.0", installs: "Argo Rollouts 1.9.0" },
} as const satisfies Record<string, ChartSource>;

export type ChartName = keyof typeof charts;
