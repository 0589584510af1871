import { NoAnswer } from "../finding.ts";
import type { Metrics } from "../prometheus.ts";

/** The one value of a query; undefined when nothing reports it, or Prometheus is away, which the alerts' check tells. */
export async function measured(metrics: () => Promise<Metrics>, query: string): Promise<number | undefined> {
  try {
    return (await (await metrics()).query(query))[0]?.value;
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
}
