import { nearestOf } from "../nearest.ts";
import { readPromql } from "../prometheus/promql-syntax.ts";
import type { ObjectiveProblem } from "./problems.ts";
import type { RatioObjective } from "./service-level.ts";

/** Names that this library's own objectives have. */
const taken = ["availability", "latency"];

/** What is wrong with ratios beyond their target. */
export function ratioProblems(ratios: RatioObjective[], exportedMetrics?: readonly string[]): ObjectiveProblem[] {
  return ratios.flatMap((ratio, index) => {
    const at = (argument: string) => `ratios.${index}.${argument}`;
    const { name } = ratio;
    const before = [...taken, ...ratios.slice(0, index).map((other) => other.name)];
    return [
      ...(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)
        ? []
        : [{ argument: at("name"), value: name, says: "is no name for a label; use lower-case letters, digits and -, such as delivered-orders" }]),
      ...(before.includes(name) ? [{ argument: at("name"), value: name, says: "is another objective's name already; give each its own" }] : []),
      ...queryProblems(at("events"), ratio.events, exportedMetrics),
      ...queryProblems(at("badEvents"), ratio.badEvents, exportedMetrics),
    ];
  });
}

function queryProblems(argument: string, query: string, exportedMetrics: readonly string[] | undefined): ObjectiveProblem[] {
  const example = 'write it as in sum(increase(orders_total{namespace="$namespace",job="$service"}[$window]))';
  if (!query.includes("[$window]"))
    return [{ argument, value: query, says: `counts over no [$window], and so over the same time for every alert; ${example}` }];
  // As long as the placeholder, so that a place in the query stays the same.
  const { brokenAt, metrics } = readPromql(query.replaceAll("$window", "100000s"));
  if (brokenAt !== undefined) return [{ argument, value: query, says: `is no PromQL from its character ${brokenAt + 1} on; ${example}` }];
  const unknown = exportedMetrics ? metrics.filter((metric) => !exportedMetrics.includes(metric)) : [];
  return unknown.map((metric) => {
    const nearest = nearestOf(metric, exportedMetrics!);
    const mend = nearest ? `did you mean ${nearest}` : "name one that stands in its /metrics";
    return { argument, value: query, says: `reads ${metric}, which the service does not export; ${mend}` };
  });
}
