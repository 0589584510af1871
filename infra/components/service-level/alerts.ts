import { type AlertContext, alert, type Severity } from "../prometheus/alert.ts";
import { duration, durationText, percent, plain, selector } from "../prometheus/promql.ts";
import type { AlertingRule } from "../prometheus/rule.ts";
import { type BurnRate, burnRates, errorThreshold } from "./burn-rate.ts";
import type { Objective } from "./objective.ts";
import { recordedSeries } from "./series.ts";

const titles = { availability: "Availability", latency: "Latency" } as const;

/** One alert for both pairs of a severity: two that say the same thing would only ring twice. */
export function burnAlert(context: AlertContext, objective: Objective, severity: Severity): AlertingRule {
  const rates = burnRates(objective.windowDays).filter((rate) => rate.severity === severity);
  const fast = severity === "critical";
  const { service, namespace } = context;
  const limits = rates.map(
    (rate) => `${percent(errorThreshold(rate, objective.target))} over ${durationText(rate.long)} (${percent(rate.budgetShare)} of the budget)`,
  );
  return alert(context, {
    name: `App${titles[objective.kind]}BudgetBurn${fast ? "Fast" : "Slow"}`,
    severity,
    expr: rates.map((rate) => `(${pairBurns(context, objective, rate)})`).join(" or "),
    labels: { objective: objective.kind },
    summary: `${service} in ${namespace} spends its ${objective.kind} budget ${fast ? "fast" : "steadily"}.`,
    description:
      `{{ $value | humanizePercentage }} of requests ${broken(objective)}. ${harm(objective, fast)} ` +
      `The objective is ${objective.target} % over ${objective.windowDays} days; this alert begins above ${limits.join(" or ")}.`,
  });
}

function pairBurns(context: AlertContext, objective: Objective, rate: BurnRate): string {
  const series = (name: string) => recordedSeries(context, objective, name);
  const threshold = `${plain(rate.factor)} * ${plain(objective.budget)}`;
  return [
    `${series(`slo:error_ratio:${duration(rate.long)}`)} > ${threshold}`,
    `${series(`slo:error_ratio:${duration(rate.short)}`)} > ${threshold}`,
    // A handful of requests at night: one failure among them is a large ratio and no trend.
    `${series(`slo:events:increase${duration(rate.long)}`)} >= ${objective.minimumEvents}`,
  ].join(" and ");
}

const broken = (objective: Objective) =>
  objective.kind === "availability" ? "failed with a 5xx" : `that succeeded took longer than ${plain(objective.thresholdSeconds! * 1000)} ms`;

function harm(objective: Objective, fast: boolean): string {
  if (!fast) return `Some callers ${objective.kind === "availability" ? "get errors" : "wait"}; at this pace the budget will not last.`;
  return objective.kind === "availability" ? "Callers get errors now." : "Callers wait now.";
}

/**
 * Without a single target up there are no 5xx to count, and the burn-rate alerts are silent: the worst outage would look like none.
 * It asks for targets and not for requests, since a service that nobody called since its start has no request series.
 */
export function metricsAbsent(context: AlertContext): AlertingRule {
  const { service, namespace } = context;
  const target = selector({ job: service, namespace });
  return alert(context, {
    name: "AppMetricsAbsent",
    severity: "critical",
    // `min` would miss a pod that is gone; `absent` of what is up covers both all pods down and none discovered.
    expr: `absent(up${target} == 1)`,
    for: "5m",
    summary: `No metrics from any pod of ${service} in ${namespace}.`,
    description: `Prometheus has reached no pod of ${service} for 5 minutes. Either the service is down for everyone, or nobody would see it go down: no objective is being watched.`,
  });
}
