import { plain } from "../prometheus/promql.ts";
import { lowestTarget } from "./burn-rate.ts";
import { type ObjectiveArgs, windowsDays } from "./objective.ts";
import { ratioProblems } from "./ratio-problems.ts";

/** A mistake in one argument. */
export interface ObjectiveProblem {
  /** Dotted path of the argument; a number is a place in a list. */
  argument: string;
  value?: number | string;
  /** What is wrong with it, and the mend. */
  says: string;
}

/** A mistake as a sentence. */
export function sentence({ argument, value, says }: ObjectiveProblem): string {
  return [argument, ...(value === undefined ? [] : [typeof value === "string" ? JSON.stringify(value) : value]), `${says}.`]
    .filter((part) => part !== "")
    .join(" ");
}

/** What is wrong with the objectives, each with its mend. */
export function objectiveProblems(args: ObjectiveArgs): ObjectiveProblem[] {
  const { availability, latency, ratios = [], minimumEvents } = args;
  const windowIsKnown = windowsDays.includes(args.windowDays);
  const windowDays = windowIsKnown ? args.windowDays : 30;
  const problems: (ObjectiveProblem | undefined)[] = [
    !availability && !latency && ratios.length === 0 ? { argument: "", says: "has no objective; give availability, latency or ratios" } : undefined,
    windowIsKnown
      ? undefined
      : { argument: "windowDays", value: args.windowDays, says: `is no window that is known; give ${windowsDays.join(", ").replace(/, (\d+)$/, " or $1")}` },
    Number.isInteger(minimumEvents) && minimumEvents >= 1
      ? undefined
      : { argument: "minimumEvents", value: minimumEvents, says: "is no number of requests; give a whole number from 1" },
    availability && targetProblem("availability.target", availability.target, windowDays),
    latency && targetProblem("latency.target", latency.target, windowDays),
    latency && thresholdProblem(latency.thresholdMilliseconds, args.bucketsSeconds),
    ...ratios.map(({ target }, index) => targetProblem(`ratios.${index}.target`, target, windowDays)),
    ...ratioProblems(ratios, args.exportedMetrics),
  ];
  return problems.filter((found) => found !== undefined);
}

function targetProblem(argument: string, value: number, windowDays: number): ObjectiveProblem | undefined {
  if (!(value > 0)) return { argument, value, says: "is no percentage; write it as 99.9" };
  if (value >= 100) return { argument, value, says: "leaves no error budget, so any failed request would page; give less than 100, such as 99.9" };
  // Rounded up, so that what the message asks for is accepted.
  const lowest = (days: number) => Math.ceil(lowestTarget(days) * 100 + 1e-9) / 100;
  if (value > lowestTarget(windowDays)) return undefined;
  const shorter = windowDays > 7 && value > lowestTarget(7) ? ", or set windowDays to 7" : "";
  return {
    argument,
    value,
    says:
      `with windowDays ${windowDays} has alerts that can't fire: they would need more than 100 % of requests to fail; ` +
      `raise it to at least ${lowest(windowDays)}${shorter}`,
  };
}

function thresholdProblem(value: number, bucketsSeconds: number[]): ObjectiveProblem | undefined {
  const buckets = bucketsSeconds.map((seconds) => Number(plain(seconds * 1000))).sort((a, b) => a - b);
  if (buckets.includes(value)) return undefined;
  const below = buckets.filter((bucket) => bucket < value).at(-1);
  const above = buckets.find((bucket) => bucket > value);
  const nearest = [below, above].filter((bucket) => bucket !== undefined).join(" or ");
  return {
    argument: "latency.thresholdMilliseconds",
    value,
    says: `is no bucket of http_request_duration_seconds, so nothing counts the requests below it; give ${nearest}`,
  };
}
