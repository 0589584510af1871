import type { AlertContext } from "../prometheus/alert.ts";
import { duration, processGrowth, selector } from "../prometheus/promql.ts";
import type { Objective, RatioQueries } from "./objective.ts";
import { recordedSeries } from "./series.ts";
import { total } from "./totals.ts";

/**
 * Events that an objective judges, in a window. Availability judges all requests. Latency judges those that did not fail: a failure
 * already spends the availability budget, and a quick one must not pass for a quick answer.
 */
export function events(context: AlertContext, objective: Objective, seconds: number): string {
  if (objective.ratio) return filledIn(context, objective.ratio, "events", seconds);
  return grown(context, objective, total.events, seconds);
}

/** Events among them that broke the promise: a 5xx for availability, slower than the threshold for latency. 4xx is the caller's. */
export function badEvents(context: AlertContext, objective: Objective, seconds: number): string {
  // No bad event yet means no series of them: that is 0, not unknown.
  if (objective.ratio) return `${filledIn(context, objective.ratio, "badEvents", seconds)} or vector(0)`;
  if (objective.kind === "availability") return `${grown(context, objective, total.failed, seconds)} or vector(0)`;
  // All events were recorded by the rule before this one.
  const all = recordedSeries(context, objective, `slo:events:increase${duration(seconds)}`);
  return `clamp_min((sum(${all}) or vector(0)) - (${grown(context, objective, total.quick, seconds)} or vector(0)), 0)`;
}

/** Summed, whatever the query left of its labels: two results would be two values of one recorded series, which Prometheus refuses. */
function filledIn({ namespace, service }: AlertContext, ratio: RatioQueries, query: keyof RatioQueries, seconds: number): string {
  return `sum(${ratio[query].replaceAll("$window", duration(seconds)).replaceAll("$namespace", namespace).replaceAll("$service", service)})`;
}

function grown(context: AlertContext, objective: Objective, name: string, seconds: number): string {
  const target = selector({ job: context.service, namespace: context.namespace });
  return `sum(${processGrowth(recordedSeries(context, objective, name), target, seconds)})`;
}
