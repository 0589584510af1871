import type { AlertContext } from "../prometheus/alert.ts";
import { selector } from "../prometheus/promql.ts";
import type { Objective } from "./objective.ts";

/** Labels of everything recorded for an objective. Static: the expressions sum all labels away. */
export function objectiveLabels(context: AlertContext, objective: Objective): Record<string, string> {
  return { job: context.service, namespace: context.namespace, objective: objective.name };
}

/** Selects a recorded series of an objective. */
export function recordedSeries(context: AlertContext, objective: Objective, series: string): string {
  return `${series}${selector(objectiveLabels(context, objective))}`;
}
