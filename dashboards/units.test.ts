import { createRequire } from "node:module";
import * as units from "@grafana/grafana-foundation-sdk/units";
import type { SyntaxNode } from "@lezer/common";
import type { LRParser } from "@lezer/lr";
import { describe, expect, test } from "vitest";
import { everything, metricPanels, read } from "./example.ts";

const { parser } = createRequire(import.meta.url)("@prometheus-io/lezer-promql") as { parser: LRParser };

/** Exponents of seconds and bytes; a count has none. */
interface Dimension {
  seconds: number;
  bytes: number;
}
const count: Dimension = { seconds: 0, bytes: 0 };
const seconds: Dimension = { seconds: 1, bytes: 0 };

/** By the ending that Prometheus's naming asks for; the exporters' exceptions first. */
function ofMetric(name: string, selector: string): Dimension {
  if (name === "pg_database_wraparound_age_datfrozenxid_seconds") return count;
  if (name === "pg_replication_slots_pg_wal_lsn_diff") return { seconds: 0, bytes: 1 };
  if (selector.includes('resource="memory"')) return { seconds: 0, bytes: 1 };
  if (/_bytes(_total)?$/.test(name)) return { seconds: 0, bytes: 1 };
  if (/(_seconds(_total|_sum|_bucket)?|_time|_age|:days)$/.test(name)) return seconds;
  return count;
}

const times = (a: Dimension, b: Dimension, sign: 1 | -1): Dimension => ({ seconds: a.seconds + sign * b.seconds, bytes: a.bytes + sign * b.bytes });

/** What an expression measures; `undefined` for a number, which may be anything. */
function measured(node: SyntaxNode, text: string): Dimension | undefined {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  const inner = () => children.map((child) => measured(child, text)).find((dimension) => dimension !== undefined);
  const source = (child: SyntaxNode) => text.slice(child.from, child.to);
  switch (node.name) {
    case "VectorSelector":
      return ofMetric(source(children.find(({ name }) => name === "Identifier")!), source(node));
    case "FunctionCall": {
      const name = source(children[0]!);
      if (name === "time") return seconds;
      if (name === "vector") return undefined;
      const argument = inner();
      return name === "rate" ? times(argument!, seconds, -1) : argument;
    }
    case "BinaryExpr": {
      const [left, right] = [measured(children[0]!, text), measured(children.at(-1)!, text)];
      const operator = children.find(({ name }) => ["Div", "Mul"].includes(name));
      if (operator) return times(left ?? count, right ?? count, operator.name === "Div" ? -1 : 1);
      if (children.some(({ name }) => ["Add", "Sub", "Or"].includes(name)) && left && right) expect(left, text).toEqual(right);
      return left ?? right;
    }
    default:
      return inner();
  }
}

/** A bucket counts; its quantile is in what the histogram measures. */
function measuredBy(expr: string): Dimension {
  const plain = expr.replaceAll("[$__rate_interval]", "[2m]");
  const quantile = plain.includes("histogram_quantile(");
  const dimension = measured(parser.parse(plain).topNode, plain) ?? count;
  return quantile ? times(dimension, seconds, 1) : dimension;
}

const fitting: Record<string, string[]> = {
  "0 0": ["short", "none", "percentunit"],
  "1 0": ["s"],
  "-1 0": ["ops", "reqps"],
  "0 1": ["bytes"],
  "-1 1": ["Bps"],
};

const panels = read(everything).flatMap((dashboard) => metricPanels(dashboard).map((panel) => [`${dashboard.uid}: ${panel.title}`, panel] as const));
const known = new Set<unknown>(Object.values(units));

describe.each(panels)("%s", (_, { targets, fieldConfig }) => {
  const unit = fieldConfig.defaults.unit!;
  test("has a unit that Grafana knows", () => {
    expect(known).toContain(unit);
  });
  test("has the unit of what it measures", () => {
    for (const { expr } of targets) {
      const { seconds, bytes } = measuredBy(expr);
      expect(fitting[`${seconds} ${bytes}`], `${expr} measures s^${seconds} B^${bytes}`).toContain(unit);
    }
  });
  test("shows as a percentage only what is a share", () => {
    if (unit !== "percentunit") return;
    for (const { expr } of targets) expect(expr).toMatch(/ \/ |ratio|_utilization/);
  });
});

test("the arithmetic sees a wrong unit", () => {
  expect(measuredBy('sum(rate(process_cpu_seconds_total{job="a"}[5m]))')).toEqual(count);
  expect(measuredBy('rate(a_bytes_total{job="a"}[5m])')).toEqual({ seconds: -1, bytes: 1 });
  expect(measuredBy('histogram_quantile(0.5, sum by (le) (rate(a_seconds_bucket{job="a"}[5m])))')).toEqual(seconds);
  expect(measuredBy('rate(a_seconds_total{job="a"}[5m]) / (rate(a_total{job="a"}[5m]) > 0)')).toEqual(seconds);
  expect(() => measuredBy('a_seconds{job="a"} + b_bytes{job="a"}')).toThrow();
});
