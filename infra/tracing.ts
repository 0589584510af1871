import type { ServiceBinding } from "./components/index.ts";
import type { StackConfig } from "./config/load.ts";

/**
 * The collector, for `uses`: from it follows that pods may reach it. Its own side is open already: whoever runs a collector for a
 * cluster lets the cluster in.
 */
export function collectorBinding({ tracing }: Pick<StackConfig, "tracing">): ServiceBinding[] {
  if (!tracing) return [];
  // With a scheme that URL knows no default port for, so that 80 and 443 stay in it.
  const { hostname, port } = new URL(tracing.endpoint.replace(/^https?:/, "otlp:"));
  return [{ name: "otel-collector", namespace: tracing.namespace, host: hostname, port: Number(port), podSelector: {}, admitsClients: true }];
}

/** What the process `serviceName` is told about tracing, by OpenTelemetry's own variables. */
export function tracingEnvironment(
  { environment, namespace, tracing }: Pick<StackConfig, "environment" | "namespace" | "tracing">,
  serviceName: string,
): Record<string, string> {
  if (!tracing) return {};
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: tracing.endpoint,
    OTEL_TRACES_SAMPLER_ARG: `${tracing.sampleRatio}`,
    OTEL_SERVICE_NAME: serviceName,
    // Tells stacks apart that share a collector, and leads from a trace to the logs of its pods.
    OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${environment},k8s.namespace.name=${namespace},service.namespace=${namespace}`,
  };
}
