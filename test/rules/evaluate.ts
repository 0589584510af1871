import type { AlertingRule, RuleFile, RuleGroup } from "../../infra/components/prometheus/rule.ts";
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

/** In steps of one minute a day's windows would take minutes, and ratios stay the same. In steps above five no growth in five would be seen. */
const objectiveEvaluation = "4m";

/** Each objective's alerts beside what is recorded for it. */
export function objectiveCaseFiles(file: RuleFile, cases: AlertCase[]): RuleTests[] {
  const objectives = [...new Set(alertsIn(file).flatMap(({ labels }) => labels.objective ?? []))];
  const recorded = objectives.flatMap((objective) => {
    const groups = file.groups
      .map(({ rules, ...group }) => ({ ...group, rules: rules.filter(({ labels }) => labels?.objective === objective) }))
      .filter(({ rules }) => rules.length > 0);
    return [
      fileOf(
        groups.filter(({ name }) => !name.endsWith("-slow")),
        objectiveEvaluation,
        cases,
      ),
      fileOf(
        groups,
        objectiveEvaluation,
        cases,
        groups.filter(({ name }) => name.endsWith("-slow")),
      ),
    ];
  });
  const unrecorded = alertsIn(file).filter(({ labels }) => labels.objective === undefined);
  return [...recorded, fileOf([{ name: "unrecorded", rules: unrecorded }], "1m", cases)];
}

/**
 * The cases of the alerts in the groups that are judged, beside all groups. In one group: promtool evaluates several in any order.
 */
function fileOf(groups: RuleGroup[], evaluation: string, cases: AlertCase[], judged = groups): RuleTests {
  const rows = alertsIn({ groups: judged }).flatMap((rule) => casesOf(rule, cases));
  return { rules: { groups: [{ name: "all", rules: groups.flatMap(({ rules }) => rules) }] }, evaluation, tests: rows.map((row) => ruleTest(row)) };
}

const alertsIn = ({ groups }: RuleFile) => groups.flatMap(({ rules }) => rules).filter((rule) => "alert" in rule);

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
