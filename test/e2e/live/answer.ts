import { readPromql } from "../../../infra/components/prometheus/promql-syntax.ts";
import { type PanelQuery, shown } from "./panels.ts";
import type { Prometheus } from "./prometheus.ts";

/** What a query's panel would draw. */
export interface Answer {
  /** Lines. */
  series: number;
  /** Series that Prometheus reads for it. */
  read: number;
}

/** Asks as Grafana would; a series of nothing but NaN draws nothing. */
export async function answer(prometheus: Prometheus, { expr }: PanelQuery): Promise<Answer> {
  const { metrics } = readPromql(expr);
  const [drawn, read] = await Promise.all([
    prometheus.range(expr, shown.range, shown.step),
    metrics.length === 0 ? [] : prometheus.series(selectorsOf(expr, metrics), shown.range),
  ]);
  return { series: drawn.filter(({ values }) => values.some(([, value]) => value !== "NaN")).length, read: read.length };
}

/** The selectors of an expression: each metric with the labels that follow it. */
export function selectorsOf(expr: string, metrics: readonly string[]): string[] {
  const known = new Set(metrics);
  const found = [...expr.matchAll(/([a-zA-Z_:][\w:]*)\s*(\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})?/g)];
  return [...new Set(found.filter(([, name]) => known.has(name!)).map(([, name, labels = ""]) => name + labels))];
}
