import { type Metric, type OpenMetricsContentType, type PrometheusContentType, Registry } from "prom-client";

export type MetricsContentType = PrometheusContentType | OpenMetricsContentType;
export const { PROMETHEUS_CONTENT_TYPE: plainText, OPENMETRICS_CONTENT_TYPE: openMetrics } = Registry;

/** The format that a scraper asks for. OpenMetrics is the one that has exemplars; whoever names it gets it, all others get plain text. */
export function formatFor(accept: string | undefined): MetricsContentType {
  return accept?.includes("application/openmetrics-text") ? openMetrics : plainText;
}

/**
 * A registry's metrics as OpenMetrics. In that format prom-client takes `_total` off a counter's name and never puts it back, so
 * that the next scrape as plain text finds other series, and every rule on them goes blind. So the renaming is done to stand-ins.
 */
export function openMetricsText(registry: Registry): Promise<string> {
  const copy = new Registry<OpenMetricsContentType>();
  copy.setContentType(openMetrics);
  for (const metric of registry.getMetricsAsArray()) copy.registerMetric(Object.create(metric) as Metric);
  return copy.metrics();
}
