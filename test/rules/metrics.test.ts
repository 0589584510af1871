import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { metricNames } from "../../app/src/metrics/names.ts";
import { readPromql } from "../../infra/components/prometheus/promql-syntax.ts";
import { titleOf } from "./coverage.ts";
import { panelQueries } from "./panels.ts";
import { checkRules, promtoolMissing } from "./promtool.ts";
import { causeRules, everyObjective } from "./subject.ts";

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
const rules = [...everyObjective.groups, ...causeRules().groups].flatMap((group) => group.rules);
const recorded = rules.flatMap((rule) => ("record" in rule ? [rule.record] : []));
const known = new Set([...(await metricNames()), ...exported, ...recorded]);

const metricsOf = (expr: string) => readPromql(expr).metrics;

test("every metric that is read has a selector: without one it would be that of every namespace", () => {
  for (const { expr } of [...rules, ...panelQueries]) {
    expect(
      metricsOf(expr!).filter((metric) => !expr!.includes(`${metric}{`)),
      expr,
    ).toEqual([]);
  }
});

describe("only metrics that somebody exports are read by", () => {
  test.each(rules.map((rule) => ["record" in rule ? `${rule.record} ${rule.labels?.objective}` : titleOf(rule), rule.expr]))("%s", (_, expr) => {
    expect(metricsOf(expr!).filter((metric) => !known.has(metric))).toEqual([]);
  });
  test.each([...panelQueries, ...runbookQueries].map(({ panel, expr }) => [panel, expr]))("%s", (_, expr) => {
    expect(metricsOf(expr!).filter((metric) => !known.has(metric))).toEqual([]);
  });
});

describe.skipIf(promtoolMissing)("promtool takes", () => {
  test("all rules, with every lint on", () => {
    expect(checkRules([everyObjective, causeRules()])).toBe("");
  });
  test("all queries of the panels and runbooks", () => {
    const asRules = [...panelQueries, ...runbookQueries].map(({ expr }, index) => ({ record: `panel:query:${index}`, expr }));
    expect(checkRules([{ groups: [{ name: "panels", rules: asRules }] }])).toBe("");
  });
  test("and refuses an expression that is wrong", () => {
    expect(checkRules([{ groups: [{ name: "broken", rules: [{ record: "a:b", expr: "sum(up" }] }] }])).toContain("unclosed left parenthesis");
  });
});
