import type { AlertContext } from "../prometheus/alert.ts";
import { literal, selector } from "../prometheus/promql.ts";
import type { RecordingRule } from "../prometheus/rule.ts";
import type { Objective } from "./objective.ts";
import { objectiveLabels, recordedSeries } from "./series.ts";

/** Names of what is counted since a process began. */
export const total = { events: "slo:events:total", failed: "slo:failed_events:total", quick: "slo:quick_events:total" } as const;

const serverError = '=~"5.."';
const anythingElse = '!~"5.."';

/**
 * Counters of each process, summed over its routes and status codes. All of them begin and fall back together, with the process, so the
 * sum is a counter as they are. A window over hundreds of raw series costs Prometheus as many times more.
 */
export function totals(context: AlertContext, objective: Objective): RecordingRule[] {
  const { service, namespace } = context;
  const target = { job: service, namespace };
  const counted = (metric: string, labels: Record<string, string> = {}) => `sum by (instance) (${metric}${selector({ ...target, ...labels })})`;
  // A process that has counted nothing yet stands at 0, so that its first event is a growth.
  const fromZero = (record: string, sum: string, known: string) => ({
    record,
    expr: `${sum} or on (instance) 0 * ${known}`,
    labels: objectiveLabels(context, objective),
  });
  const reached = `max by (instance) (up${selector(target)} == 1)`;
  const all = recordedSeries(context, objective, total.events);
  const requests = "http_request_duration_seconds_count";
  if (objective.kind === "availability") {
    return [fromZero(total.events, counted(requests), reached), fromZero(total.failed, counted(requests, { status_code: serverError }), all)];
  }
  if (objective.kind === "latency") {
    const quick = { le: bucketLabel(objective.thresholdSeconds!), status_code: anythingElse };
    return [
      fromZero(total.events, counted(requests, { status_code: anythingElse }), reached),
      // Without that bucket every request counts as slow. Loud, where silence would look like a fast service.
      fromZero(total.quick, counted("http_request_duration_seconds_bucket", quick), all),
    ];
  }
  // The queries of a ratio are somebody else's, and may read anything.
  return [];
}

/** Prometheus 3 writes `le="1.0"` for what Prometheus 2 and the service write as `le="1"`. */
function bucketLabel(seconds: number): string {
  return Number.isInteger(seconds) ? `=~"${seconds}|${literal(`${seconds}.0`).replaceAll("\\", "\\\\")}"` : `${seconds}`;
}
