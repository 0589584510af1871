import { plain } from "../prometheus/promql.ts";
import { errorBudget } from "./burn-rate.ts";
import type { AvailabilityObjective, LatencyObjective, RatioObjective } from "./service-level.ts";

/** Queries with `$window`, `$namespace` and `$service` still in them. */
export interface RatioQueries {
  events: string;
  badEvents: string;
}

/** An objective with what its rules need. */
export interface Objective {
  kind: "availability" | "latency" | "ratio";
  /** The `objective` label of its series: the kind, or the name that was given to a ratio. */
  name: string;
  /** In percent. */
  target: number;
  /** Share of events that may be bad. */
  budget: number;
  windowDays: number;
  minimumEvents: number;
  /** For latency: the histogram's bucket, in seconds. */
  thresholdSeconds?: number;
  /** For a ratio. */
  ratio?: RatioQueries;
  /** For a ratio: what a bad event is, in words. */
  badEventText?: string;
}

export interface ObjectiveArgs {
  availability?: AvailabilityObjective;
  latency?: LatencyObjective;
  ratios?: RatioObjective[];
  windowDays: number;
  minimumEvents: number;
  bucketsSeconds: number[];
  exportedMetrics?: readonly string[];
}

/** Buckets of `http_request_duration_seconds` as the service of this repository has them. */
export const requestDurationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Windows whose arithmetic is known to be sound: whole weeks keep weekends from moving in and out, 30 days is what contracts say. */
export const windowsDays = [7, 28, 30];

export function objectivesOf({ availability, latency, ratios = [], windowDays, minimumEvents }: ObjectiveArgs): Objective[] {
  const shared = (target: number) => ({ target, budget: errorBudget(target), windowDays, minimumEvents });
  return [
    ...(availability ? [{ kind: "availability" as const, name: "availability", ...shared(availability.target) }] : []),
    ...(latency
      ? [
          {
            kind: "latency" as const,
            name: "latency",
            ...shared(latency.target),
            thresholdSeconds: Number(plain(latency.thresholdMilliseconds / 1000)),
          },
        ]
      : []),
    ...ratios.map(({ name, target, events, badEvents, badEventText }) => ({
      kind: "ratio" as const,
      name,
      ...shared(target),
      ratio: { events, badEvents },
      badEventText,
    })),
  ];
}
