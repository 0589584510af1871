import { createMetrics } from "./metrics.ts";

const suffixes: Record<string, readonly string[]> = {
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

/**
 * Names of all series that the service exposes, as a query would write them. Needs no server, so that whoever writes a rule or a
 * panel can be checked against the program itself.
 */
export async function metricNames(): Promise<string[]> {
  const described = await createMetrics("").registry.getMetricsAsJSON();
  return described.flatMap(({ name, type }) => (suffixes[String(type)] ?? [""]).map((suffix) => `${name}${suffix}`)).sort();
}
