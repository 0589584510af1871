import type { AlertsArgs } from "../../infra/components/alerts/alerts.ts";
import { type AlertThresholds, alertThresholds } from "../../infra/components/alerts/thresholds.ts";
import type { AlertingRule } from "../../infra/components/prometheus/rule.ts";
import { titleOf } from "./coverage.ts";
import type { Mutation } from "./evaluate.ts";
import { alertsOf, causeRules, everything } from "./subject.ts";

/** By this much a threshold is moved: cases have to stand nearer to it than that, on both sides. */
const step = 0.25;

/** The backups, of which one may be older, or less so. */
const older = (cronJob: string, factor: number) =>
  everything.backups!.map((one) => (one.cronJob === cronJob ? { ...one, maximumAgeHours: (one.maximumAgeHours ?? 26) * factor } : one));

/** Numbers of what is watched at which alerts begin, beside the thresholds. */
const watchedNumbers: Record<string, (factor: number) => Partial<AlertsArgs>> = {
  ...Object.fromEntries(
    everything.backups!.map(({ cronJob }) => [`backups.maximumAgeHours of ${cronJob}`, (factor: number) => ({ backups: older(cronJob, factor) })]),
  ),
  "restoreDrill.maximumAgeHours": (factor) => ({ restoreDrill: { ...everything.restoreDrill!, maximumAgeHours: 192 * factor } }),
  "restoreDrill.momentMaximumAgeHours": (factor) => ({ restoreDrill: { ...everything.restoreDrill!, momentMaximumAgeHours: 240 * factor } }),
  "restoreDrill.recoveryTimeSeconds": (factor) => ({ restoreDrill: { ...everything.restoreDrill!, recoveryTimeSeconds: 3600 * factor } }),
  "restoreDrill.recoveryPointSeconds": (factor) => ({ restoreDrill: { ...everything.restoreDrill!, recoveryPointSeconds: 93_600 * factor } }),
  "postgres.replicas": (factor) => ({ postgres: { ...everything.postgres!, replicas: factor > 1 ? 3 : 1 } }),
};

/** A threshold that is a count of few is moved by one: nothing lies between. */
function moved(key: string, value: number, factor: number): number {
  return key === "restarts" ? value + Math.sign(factor - 1) : value * factor;
}

const base = alertsOf(causeRules());

/** Rules whose expression another threshold changes. Order and number of rules stay the same. */
function changed(name: string, rules: AlertingRule[]): Mutation[] {
  return rules.filter((rule, index) => rule.expr !== base[index]!.expr).map((rule) => ({ name: `${titleOf(rule)}, ${name}`, rule }));
}

export const movedThresholds: Mutation[] = [1 + step, 1 - step].flatMap((factor) => [
  ...Object.entries(alertThresholds()).flatMap(([key, value]) =>
    changed(`${key} times ${factor}`, alertsOf(causeRules({ [key]: moved(key, value, factor) } as AlertThresholds))),
  ),
  ...Object.entries(watchedNumbers).flatMap(([key, watched]) => changed(`${key} times ${factor}`, alertsOf(causeRules({}, watched(factor))))),
]);

export const withoutWaiting: Mutation[] = base
  .filter((rule) => rule.for !== undefined)
  .map(({ for: _, ...rule }) => ({ name: `${titleOf(rule)}, without its for`, rule }));

/** Rules that read nothing any more, as after a metric was renamed. */
export const broken: Mutation[] = base
  .filter(({ alert }) => alert !== "Watchdog")
  .map((rule) => ({ name: `${titleOf(rule)}, on metrics of another name`, rule: { ...rule, expr: rule.expr.replaceAll(/\b(\w+)\{/g, "renamed_$1{") } }));
