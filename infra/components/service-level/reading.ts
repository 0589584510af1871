import type { AlertContext } from "../prometheus/alert.ts";
import { burnRates, errorThreshold } from "./burn-rate.ts";
import type { Objective } from "./objective.ts";
import { recordedSeries } from "./series.ts";

/** One objective as others judge by it. */
export interface ObjectiveReading {
  /** `availability`, `latency`, or the name of a ratio. */
  name: string;
  /** In percent. */
  target: number;
  /** Query of the share of bad requests in the last five minutes; without a result when there were none. */
  errorRatioQuery: string;
  /** Query of the number of requests in the last five minutes. */
  eventsQuery: string;
  /** Query of the share of the window's error budget that is left; negative when overspent. */
  budgetLeftQuery: string;
  /** Share of bad requests above which the fast alert pages, and a release must not go on. */
  pageErrorRatio: number;
}

export function readings(context: AlertContext, objectives: Objective[]): ObjectiveReading[] {
  return objectives.map((objective) => ({
    name: objective.name,
    target: objective.target,
    errorRatioQuery: recordedSeries(context, objective, "slo:error_ratio:5m"),
    eventsQuery: recordedSeries(context, objective, "slo:events:increase5m"),
    budgetLeftQuery: recordedSeries(context, objective, "slo:error_budget_left:ratio"),
    pageErrorRatio: errorThreshold(burnRates(objective.windowDays)[0]!, objective.target),
  }));
}
