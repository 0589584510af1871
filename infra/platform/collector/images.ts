/** Images of logs and traces, in one place. A platform stack overrides each: a mirror, a cluster without a way out. */
export const telemetryImages = {
  loki: "docker.io/grafana/loki:3.7.8",
  /** The distribution for Kubernetes: what reads pods' logs and samples tails is in it, cloud vendors' exporters are not. */
  collector: "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:0.157.0",
  jaeger: "docker.io/jaegertracing/jaeger:2.13.0",
} as const;
