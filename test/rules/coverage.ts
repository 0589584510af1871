import { readPromql } from "../../infra/components/prometheus/promql-syntax.ts";
import type { AlertingRule } from "../../infra/components/prometheus/rule.ts";
import { type AlertCase, proofs } from "./cases/case.ts";
import { restarts } from "./samples.ts";

/** The cases that are about a rule: its name, and the labels that tell it apart from others of that name. */
export function casesOf(rule: AlertingRule, cases: AlertCase[]): AlertCase[] {
  return cases.filter((row) => row.alert === rule.alert && Object.entries(row.labels ?? {}).every(([label, value]) => rule.labels[label] === value));
}

/** A rule's name, with the labels that tell it apart. */
export const titleOf = ({ alert, labels }: AlertingRule) => [alert, labels.severity, labels.redis ?? labels.objective].filter(Boolean).join(" ");

/** Counters that an expression reads: those whose growth it asks for. */
export function countersOf(expr: string): string[] {
  return [...new Set([...expr.matchAll(/\b(?:rate|irate|increase|resets)\((\w+)\{/g)].map((match) => match[1]!))];
}

/** What no case shows about a rule. Watchdog can't be silent: it needs no series at all. */
export function missingProofs(rule: AlertingRule, cases: AlertCase[]): string[] {
  const own = casesOf(rule, cases);
  const { metrics } = readPromql(rule.expr);
  const counters = countersOf(rule.expr);
  return [
    ...(own.some(({ fires }) => fires) ? [] : ["fires"]),
    ...(own.some(({ fires }) => !fires) || metrics.length === 0 ? [] : ["stays silent"]),
    ...(own.some((row) => row.proves === proofs.absent && lacksMetric(row, metrics)) || metrics.length === 0 ? [] : [proofs.absent]),
    ...(own.some((row) => row.proves === proofs.reset && hasReset(row, counters)) || counters.length === 0 ? [] : [proofs.reset]),
  ];
}

/** Cases that say they prove something which their series don't show. */
export function emptyClaims(rule: AlertingRule, cases: AlertCase[]): string[] {
  const { metrics } = readPromql(rule.expr);
  const counters = countersOf(rule.expr);
  return casesOf(rule, cases)
    .filter((row) => (row.proves === proofs.absent && !lacksMetric(row, metrics)) || (row.proves === proofs.reset && !hasReset(row, counters)))
    .map(({ situation, proves }) => `${situation}: no ${proves}`);
}

const metricOf = (series: string) => series.replace(/\{.*$/s, "");

function lacksMetric({ series }: AlertCase, metrics: string[]): boolean {
  const there = new Set(Object.keys(series).map(metricOf));
  return metrics.some((metric) => !there.has(metric));
}

function hasReset({ series }: AlertCase, counters: string[]): boolean {
  return Object.entries(series).some(([selector, values]) => counters.includes(metricOf(selector)) && restarts(values));
}
