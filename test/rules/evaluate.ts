import type { AlertingRule, RuleFile } from "../../infra/components/prometheus/rule.ts";
import type { AlertCase } from "./cases/case.ts";
import { casesOf } from "./coverage.ts";
import { firing, type RuleTest, type RuleTests, runRuleTests } from "./promtool.ts";

export const caseName = (row: AlertCase) => `${row.alert}${row.labels ? ` (${Object.values(row.labels).join(", ")})` : ""}: ${row.situation}`;

/** A case as promtool's test; the prefix keeps apart what runs in one process. */
export function ruleTest(row: AlertCase, prefix = ""): RuleTest {
  return {
    name: `${prefix}${caseName(row)}`,
    series: row.series,
    expect: [{ at: row.at, expr: firing({ alertname: row.alert, ...row.labels }), value: row.fires ? 1 : 0 }],
  };
}

/** Each rule beside only its own cases: promtool evaluates all rules of a file at each step of each test. */
export function caseFiles(rules: AlertingRule[], cases: AlertCase[]): RuleTests[] {
  return [...new Set(rules.map(({ alert }) => alert))].map((name) => ({
    rules: { groups: [{ name, rules: rules.filter(({ alert }) => alert === name) }] },
    evaluation: "1m",
    tests: cases.filter(({ alert }) => alert === name).map((row) => ruleTest(row)),
  }));
}

/**
 * Objectives' alerts beside all that is recorded for them. A day's windows are evaluated every five minutes: a day in steps of one
 * minute would take most of the time, and ratios stay the same.
 */
export function objectiveCaseFiles({ groups }: RuleFile, cases: AlertCase[]): RuleTests[] {
  const paging = groups.filter(({ name }) => !name.endsWith("-slow"));
  const isSlow = ({ alert }: AlertCase) => alert.endsWith("Slow");
  return [
    { rules: { groups: paging }, evaluation: "1m", tests: cases.filter((row) => !isSlow(row)).map((row) => ruleTest(row)) },
    { rules: { groups }, evaluation: "5m", tests: cases.filter(isSlow).map((row) => ruleTest(row)) },
  ];
}

/** A rule that was changed, and the cases of which at least one has to notice. */
export interface Mutation {
  /** What was changed. Unique. */
  name: string;
  rule: AlertingRule;
}

/** The mutations that no case notices, evaluated in one process. */
export function unnoticed(mutations: Mutation[], cases: AlertCase[]): string[] {
  const files = mutations.map(({ name, rule }) => ({
    rules: { groups: [{ name: "mutated", rules: [rule] }] },
    evaluation: "1m",
    tests: casesOf(rule, cases).map((row) => ruleTest(row, `${name} / `)),
  }));
  const failed = runRuleTests(files);
  return mutations.filter((_, index) => !files[index]!.tests.some(({ name }) => failed.has(name))).map(({ name }) => name);
}
