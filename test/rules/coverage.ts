import { readPromql } from "../../infra/components/prometheus/promql-syntax.ts";
import type { AlertingRule, RecordingRule } from "../../infra/components/prometheus/rule.ts";
import { type AlertCase, proofs } from "./cases/case.ts";
import { restarts } from "./samples.ts";

/** The cases that are about a rule: its name, and the labels that tell it apart from others of that name. */
export function casesOf(rule: AlertingRule, cases: AlertCase[]): AlertCase[] {
  return cases.filter((row) => row.alert === rule.alert && Object.entries(row.labels ?? {}).every(([label, value]) => rule.labels[label] === value));
}

/** A rule's name, with the labels that tell it apart. */
export const titleOf = ({ alert, labels }: AlertingRule) => [alert, labels.severity, labels.redis ?? labels.objective].filter(Boolean).join(" ");

/** Counters that an expression reads: those whose growth it asks for, and those of a process of whose sum another does. */
export function countersOf(expr: string): string[] {
  return [...new Set([...expr.matchAll(/(?:\b(?:rate|irate|increase|resets)|\bsum by \(instance\) )\((\w+)\{/g)].map((match) => match[1]!))];
}

/** Expressions that a rule's result comes from: its own, and those of the series that are recorded for it. */
export function sourcesOf(rule: AlertingRule, recorded: RecordingRule[] = []): string[] {
  const sources = [rule.expr];
  // A rule that was added is looked at in its turn.
  for (const expr of sources) {
    const { metrics } = readPromql(expr);
    const of = recorded.filter(({ record, labels }) => metrics.includes(record) && labels?.objective === rule.labels.objective);
    sources.push(...of.map((record) => record.expr).filter((text) => !sources.includes(text)));
  }
  return sources;
}

const rawMetrics = (sources: string[]) => sources.flatMap((expr) => readPromql(expr).metrics).filter((metric) => !metric.includes(":"));

/** What no case shows about a rule. Watchdog can't be silent: it needs no series at all. */
export function missingProofs(rule: AlertingRule, cases: AlertCase[], sources = [rule.expr]): string[] {
  const own = casesOf(rule, cases);
  const metrics = rawMetrics(sources);
  const counters = sources.flatMap(countersOf);
  return [
    ...(own.some(({ fires }) => fires) ? [] : ["fires"]),
    ...(own.some(({ fires }) => !fires) || metrics.length === 0 ? [] : ["stays silent"]),
    ...(own.some((row) => row.proves === proofs.absent && lacksMetric(row, metrics)) || metrics.length === 0 ? [] : [proofs.absent]),
    ...(own.some((row) => row.proves === proofs.reset && hasReset(row, counters)) || counters.length === 0 ? [] : [proofs.reset]),
  ];
}

/** Cases that say they prove something which their series don't show. */
export function emptyClaims(rule: AlertingRule, cases: AlertCase[], sources = [rule.expr]): string[] {
  const metrics = rawMetrics(sources);
  const counters = sources.flatMap(countersOf);
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
