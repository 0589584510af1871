import { plain } from "../prometheus/promql.ts";
import { errorBudget, lowestTarget } from "./burn-rate.ts";
import type { AvailabilityObjective, LatencyObjective } from "./service-level.ts";

/** An objective with what its rules need. */
export interface Objective {
  /** The `objective` label of its series. */
  kind: "availability" | "latency";
  /** In percent. */
  target: number;
  /** Share of events that may be bad. */
  budget: number;
  windowDays: number;
  minimumEvents: number;
  /** For latency: the histogram's bucket, in seconds. */
  thresholdSeconds?: number;
}

export interface ObjectiveArgs {
  availability?: AvailabilityObjective;
  latency?: LatencyObjective;
  windowDays: number;
  minimumEvents: number;
  bucketsSeconds: number[];
}

/** Buckets of `http_request_duration_seconds` as the service of this repository has them. */
export const requestDurationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Windows whose arithmetic is known to be sound: whole weeks keep weekends from moving in and out, 30 days is what contracts say. */
export const windowsDays = [7, 28, 30];

export function objectivesOf(args: ObjectiveArgs): Objective[] {
  const { availability, latency, windowDays, minimumEvents } = args;
  const shared = { windowDays, minimumEvents };
  return [
    ...(availability ? [{ kind: "availability" as const, target: availability.target, budget: errorBudget(availability.target), ...shared }] : []),
    ...(latency
      ? [
          {
            kind: "latency" as const,
            target: latency.target,
            budget: errorBudget(latency.target),
            thresholdSeconds: Number(plain(latency.thresholdMilliseconds / 1000)),
            ...shared,
          },
        ]
      : []),
  ];
}

/** What is wrong with the objectives, each with its mend. */
export function objectiveProblems(args: ObjectiveArgs): (string | false | undefined)[] {
  const windowIsKnown = windowsDays.includes(args.windowDays);
  const windowDays = windowIsKnown ? args.windowDays : 30;
  return [
    !args.availability && !args.latency && "has no objective; give availability, latency or both.",
    !windowIsKnown && `windowDays ${args.windowDays} is no window that is known; give ${windowsDays.join(", ").replace(/, (\d+)$/, " or $1")}.`,
    !(Number.isInteger(args.minimumEvents) && args.minimumEvents >= 1) &&
      `minimumEvents ${args.minimumEvents} is no number of requests; give a whole number from 1.`,
    args.availability && targetProblem("availability.target", args.availability.target, windowDays),
    args.latency && targetProblem("latency.target", args.latency.target, windowDays),
    args.latency && thresholdProblem(args.latency.thresholdMilliseconds, args.bucketsSeconds),
  ];
}

function targetProblem(argument: string, target: number, windowDays: number): string | undefined {
  if (!(target > 0)) return `${argument} ${target} is no percentage; write it as 99.9.`;
  if (target >= 100) return `${argument} ${target} leaves no error budget, so any failed request would page; give less than 100, such as 99.9.`;
  // Rounded up, so that what the message asks for is accepted.
  const lowest = (days: number) => Math.ceil(lowestTarget(days) * 100 + 1e-9) / 100;
  if (target > lowestTarget(windowDays)) return undefined;
  const shorter = windowDays > 7 && target > lowestTarget(7) ? ", or set windowDays to 7" : "";
  return (
    `${argument} ${target} with windowDays ${windowDays} has alerts that can't fire: they would need more than 100 % of requests to fail; ` +
    `raise it to at least ${lowest(windowDays)}${shorter}.`
  );
}

function thresholdProblem(milliseconds: number, bucketsSeconds: number[]): string | undefined {
  const buckets = bucketsSeconds.map((seconds) => Number(plain(seconds * 1000))).sort((a, b) => a - b);
  if (buckets.includes(milliseconds)) return undefined;
  const below = buckets.filter((bucket) => bucket < milliseconds).at(-1);
  const above = buckets.find((bucket) => bucket > milliseconds);
  const nearest = [below, above].filter((bucket) => bucket !== undefined).join(" or ");
  return `latency.thresholdMilliseconds ${milliseconds} is no bucket of http_request_duration_seconds, so nothing counts the requests below it; give ${nearest}.`;
}
