import { type AlertContext, alert, type Severity } from "../prometheus/alert.ts";
import { hold } from "../prometheus/hold.ts";
import { duration, durationText, percent, plain, selector } from "../prometheus/promql.ts";
import type { AlertingRule } from "../prometheus/rule.ts";
import { type BurnRate, burnRates, errorThreshold } from "./burn-rate.ts";
import type { Objective } from "./objective.ts";
import { recordedSeries } from "./series.ts";

const titles = { availability: "Availability", latency: "Latency", ratio: "Objective" } as const;

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
    dashboard: "objectives",
    expr: rates.map((rate) => `(${pairBurns(context, objective, rate)})`).join(" or "),
    labels: { objective: objective.name },
    summary: `${service} in ${namespace} spends its ${objective.name} budget ${fast ? "fast" : "steadily"}.`,
    description:
      `{{ $value | humanizePercentage }} of ${objective.kind === "ratio" ? "events" : "requests"} ${broken(objective)}. ${harm(objective, fast)} ` +
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

function broken({ kind, thresholdSeconds, badEventText }: Objective): string {
  if (kind === "availability") return "failed with a 5xx";
  if (kind === "latency") return `that succeeded took longer than ${plain(thresholdSeconds! * 1000)} ms`;
  return badEventText ?? "were bad";
}

const harms = {
  availability: { now: "Callers get errors now.", steadily: "Some callers get errors" },
  latency: { now: "Callers wait now.", steadily: "Some callers wait" },
  ratio: { now: "Whoever relies on them is hurt now.", steadily: "Some who rely on them are hurt" },
} as const;

const harm = ({ kind }: Objective, fast: boolean) => (fast ? harms[kind].now : `${harms[kind].steadily}; at this pace the budget will not last.`);

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
    dashboard: "objectives",
    // `min` would miss a pod that is gone; `absent` of what is up covers both all pods down and none discovered.
    expr: `absent(up${target} == 1)`,
    for: hold.restart,
    summary: `No metrics from any pod of ${service} in ${namespace}.`,
    description: `Prometheus has reached no pod of ${service} for ${durationText(hold.restart)}. Either the service is down for everyone, or nobody would see it go down: no objective is being watched.`,
  });
}

/** A query whose counters nobody exports any more has no ratio, and no alert on it can fire. */
export function ratioDataAbsent(context: AlertContext, objective: Objective): AlertingRule {
  const { service, namespace } = context;
  return alert(context, {
    name: "AppObjectiveDataAbsent",
    severity: "warning",
    dashboard: "objectives",
    expr: `absent(${recordedSeries(context, objective, "slo:events:increase5m")})`,
    for: hold.rollout,
    labels: { objective: objective.name },
    summary: `Nothing counts the events of ${service}'s objective ${objective.name} in ${namespace}.`,
    description: `Its query of events has had no result for ${durationText(hold.rollout)}, so the objective of ${objective.target} % is not being watched. Nobody need be hurt, but nobody would see it.`,
  });
}
