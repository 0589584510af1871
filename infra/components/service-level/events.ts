import type { AlertContext } from "../prometheus/alert.ts";
import { duration, growth, literal, selector } from "../prometheus/promql.ts";
import type { Objective, RatioQueries } from "./objective.ts";
import { recordedSeries } from "./series.ts";

const serverError = '=~"5.."';
const anythingElse = '!~"5.."';

/**
 * Events that an objective judges, in a window. Availability judges all requests. Latency judges those that did not fail: a failure
 * already spends the availability budget, and a quick one must not pass for a quick answer.
 */
export function events(context: AlertContext, objective: Objective, seconds: number): string {
  if (objective.ratio) return filledIn(context, objective.ratio, "events", seconds);
  return total(context, seconds, "http_request_duration_seconds_count", objective.kind === "latency" ? { status_code: anythingElse } : {});
}

/** Events among them that broke the promise: a 5xx for availability, slower than the threshold for latency. 4xx is the caller's. */
export function badEvents(context: AlertContext, objective: Objective, seconds: number): string {
  // No bad event yet means no series of them: that is 0, not unknown.
  if (objective.ratio) return `${filledIn(context, objective.ratio, "badEvents", seconds)} or vector(0)`;
  if (objective.kind === "availability") {
    return `${total(context, seconds, "http_request_duration_seconds_count", { status_code: serverError })} or vector(0)`;
  }
  // `or vector(0)`: without that bucket every request counts as slow. Loud, where silence would look like a fast service.
  const quick = total(context, seconds, "http_request_duration_seconds_bucket", { le: bucketLabel(objective.thresholdSeconds!), status_code: anythingElse });
  // All events were recorded by the rule before this one.
  const all = recordedSeries(context, objective, `slo:events:increase${duration(seconds)}`);
  return `clamp_min((sum(${all}) or vector(0)) - (${quick} or vector(0)), 0)`;
}

/** Summed, whatever the query left of its labels: two results would be two values of one recorded series, which Prometheus refuses. */
function filledIn({ namespace, service }: AlertContext, ratio: RatioQueries, query: keyof RatioQueries, seconds: number): string {
  return `sum(${ratio[query].replaceAll("$window", duration(seconds)).replaceAll("$namespace", namespace).replaceAll("$service", service)})`;
}

function total({ service, namespace }: AlertContext, seconds: number, metric: string, labels: Record<string, string>): string {
  const target = { job: service, namespace };
  return `sum(${growth(`${metric}${selector({ ...target, ...labels })}`, selector(target), seconds)})`;
}

/** Prometheus 3 writes `le="1.0"` for what Prometheus 2 and the service write as `le="1"`. */
export function bucketLabel(seconds: number): string {
  return Number.isInteger(seconds) ? `=~"${seconds}|${literal(`${seconds}.0`).replaceAll("\\", "\\\\")}"` : `${seconds}`;
}
