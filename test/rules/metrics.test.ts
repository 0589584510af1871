import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { metricNames } from "../../app/src/metrics/names.ts";
import { panelQueries } from "./panels.ts";
import { checkRules, promtoolMissing } from "./promtool.ts";
import { bothObjectives, causeRules } from "./subject.ts";

const folder = join(import.meta.dirname, "exporters");
const exported = readdirSync(folder).flatMap((file) => (JSON.parse(readFileSync(join(folder, file), "utf8")) as { metrics: string[] }).metrics);
const runbooks = join(import.meta.dirname, "../../docs/runbooks");
/** Queries that a runbook tells to run: one a line, with its continuation indented. */
const runbookQueries = readdirSync(runbooks).flatMap((page) =>
  [...readFileSync(join(runbooks, page), "utf8").matchAll(/```promql\n(.*?)```/gs)].flatMap((block) =>
    block[1]!
      .trim()
      .split(/\n(?! )/)
      .map((expr) => ({ panel: page, expr })),
  ),
);
const rules = [...bothObjectives.groups, ...causeRules().groups].flatMap((group) => group.rules);
const recorded = rules.flatMap((rule) => ("record" in rule ? [rule.record] : []));
const known = new Set([...(await metricNames()), ...exported, ...recorded]);

/** Names before a `{`: every selector that we write has one, so nothing else of PromQL looks like it. */
const metricsOf = (expr: string) => [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{/g)].map((match) => match[1]!);

test("every expression names its metrics with a selector, or the test below would not see them", () => {
  const words = new Set("sum max min count rate increase resets absent vector time scalar offset bool and or unless on by le for".split(" "));
  const functions = /\b\w+(?=\s*\()/g;
  for (const { expr } of [...rules, ...panelQueries]) {
    const rest = expr
      .replaceAll(/[a-zA-Z_:][\w:]*\{[^}]*\}/g, "")
      .replaceAll(/\b(by|on)\s*\([^)]*\)/g, "")
      .replaceAll(functions, "")
      .replaceAll(/\[[^\]]*\]/g, "");
    const left = [...rest.matchAll(/[a-zA-Z_:][\w:]{2,}/g)].map((match) => match[0]).filter((word) => !words.has(word));
    expect(left, expr).toEqual([]);
  }
});

describe("only metrics that somebody exports are read by", () => {
  test.each(rules.map((rule) => ["record" in rule ? `${rule.record} ${rule.labels?.objective}` : `${rule.alert} ${rule.labels.severity}`, rule.expr]))(
    "%s",
    (_, expr) => {
      expect(metricsOf(expr!).filter((metric) => !known.has(metric))).toEqual([]);
    },
  );
  test.each([...panelQueries, ...runbookQueries].map(({ panel, expr }) => [panel, expr]))("%s", (_, expr) => {
    expect(metricsOf(expr!).filter((metric) => !known.has(metric))).toEqual([]);
  });
});

describe.skipIf(promtoolMissing)("promtool takes", () => {
  test("all rules, with every lint on", () => {
    expect(checkRules([bothObjectives, causeRules()])).toBe("");
  });
  test("all queries of the panels and runbooks", () => {
    const asRules = [...panelQueries, ...runbookQueries].map(({ expr }, index) => ({ record: `panel:query:${index}`, expr }));
    expect(checkRules([{ groups: [{ name: "panels", rules: asRules }] }])).toBe("");
  });
  test("and refuses an expression that is wrong", () => {
    expect(checkRules([{ groups: [{ name: "broken", rules: [{ record: "a:b", expr: "sum(up" }] }] }])).toContain("unclosed left parenthesis");
  });
});
