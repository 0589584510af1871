/** Outputs of a platform stack. What it does not offer is left out; `prometheusOperator` is always there, so that a wrong stack is told from a small one. */
export interface PlatformOffer {
  /** Whether monitors and rules are read by the Prometheus operator. */
  prometheusOperator: boolean;
  monitoringNamespace?: string;
  ingressClass?: string;
  ingressNamespace?: string;
  /** A ClusterIssuer that signs for public names. */
  clusterIssuer?: string;
  /** Address of Grafana for people's browsers. */
  grafanaUrl?: string;
  /** Where services send their spans, by OTLP over HTTP, and the namespace that answers there. */
  otlpEndpoint?: string;
  tracesNamespace?: string;
}

/** Config by section and key, as a platform has it to offer. */
export type OfferedConfig = Record<string, Record<string, unknown>>;

/** The keys of the service's config that an offer fills. */
export function offeredConfig(offer: PlatformOffer): OfferedConfig {
  const { clusterIssuer } = offer;
  return defined({
    cluster: {
      prometheusOperator: offer.prometheusOperator,
      monitoringNamespace: offer.monitoringNamespace,
      ingressNamespace: offer.ingressNamespace,
    },
    ingress: { className: offer.ingressClass, issuer: clusterIssuer && { kind: "existing", name: clusterIssuer } },
    dashboards: { grafanaUrl: offer.grafanaUrl },
    tracing: { endpoint: offer.otlpEndpoint, namespace: offer.tracesNamespace },
  });
}

/**
 * What a platform of this repository offers with every switch on, under its default names. It stands in where no other stack can be asked:
 * in the offline plan. A stack whose platform differs says so by keys of its own.
 */
export const plannedOffer: PlatformOffer = {
  prometheusOperator: true,
  monitoringNamespace: "monitoring",
  ingressClass: "traefik",
  ingressNamespace: "traefik",
  otlpEndpoint: "http://traces-collector.traces:4318",
  tracesNamespace: "traces",
};

/** What a stack has set, and where it has set nothing, what its platform offers. A value of the wrong kind stays, for the schema to name. */
export function withOffered(raw: Record<string, unknown>, offered: OfferedConfig): Record<string, unknown> {
  const filled = Object.entries(offered).map(([section, keys]) => {
    const own = raw[section] ?? {};
    return [section, typeof own === "object" && !Array.isArray(own) ? { ...keys, ...own } : own] as const;
  });
  return { ...raw, ...Object.fromEntries(filled) };
}

function defined(config: OfferedConfig): OfferedConfig {
  const kept = Object.entries(config).map(([section, keys]) => [section, Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined))]);
  return Object.fromEntries(kept.filter(([, keys]) => Object.keys(keys as object).length > 0));
}
