import { describe, expect, test } from "vitest";
import { backupCases } from "./cases/backup.ts";
import type { AlertCase } from "./cases/case.ts";
import { certificateCases } from "./cases/certificate.ts";
import { postgresCases } from "./cases/postgres.ts";
import { redisCases } from "./cases/redis.ts";
import { serviceCases } from "./cases/service.ts";
import { watchdogCases } from "./cases/watchdog.ts";
import { workloadCases } from "./cases/workload.ts";
import { firing, promtoolMissing, type RuleTest, type RuleTests, runRuleTests } from "./promtool.ts";
import { causeRules } from "./subject.ts";

const allCases: AlertCase[] = [...serviceCases, ...workloadCases, ...postgresCases, ...redisCases, ...backupCases, ...certificateCases, ...watchdogCases];

const alerts = causeRules()
  .groups.flatMap((group) => group.rules)
  .filter((rule) => "alert" in rule);
const matching = (alert: (typeof alerts)[number]) =>
  allCases.filter((row) => row.alert === alert.alert && Object.entries(row.labels ?? {}).every(([label, value]) => alert.labels[label] === value));

describe("every alert has a situation in which it", () => {
  test.each(alerts.map((alert) => [`${alert.alert} ${alert.labels.severity} ${alert.labels.redis ?? ""}`, alert] as const))("%s fires", (_, alert) => {
    expect(matching(alert).some(({ fires }) => fires)).toBe(true);
  });
  test.each(
    alerts
      .filter((alert) => alert.alert !== "Watchdog")
      .map((alert) => [`${alert.alert} ${alert.labels.severity} ${alert.labels.redis ?? ""}`, alert] as const),
  )("%s stays silent", (_, alert) => {
    expect(matching(alert).some(({ fires }) => !fires)).toBe(true);
  });
  test("that exists", () => {
    expect(allCases.filter((row) => !alerts.some((alert) => alert.alert === row.alert)).map((row) => row.alert)).toEqual([]);
  });
});

const nameOf = (row: AlertCase) => `${row.alert}${row.labels ? ` (${Object.values(row.labels).join(", ")})` : ""}: ${row.situation}`;
const testOf = (row: AlertCase): RuleTest => ({
  name: nameOf(row),
  series: row.series,
  expect: [{ at: row.at, expr: firing({ alertname: row.alert, ...row.labels }), value: row.fires ? 1 : 0 }],
});

/** Each alert's cases beside only its own rules: promtool evaluates all rules of a file at each step of each test. */
const files: RuleTests[] = [...new Set(allCases.map(({ alert }) => alert))].map((name) => ({
  rules: { groups: [{ name, rules: alerts.filter((rule) => rule.alert === name) }] },
  evaluation: "1m",
  tests: allCases.filter(({ alert }) => alert === name).map(testOf),
}));

describe.skipIf(promtoolMissing)("evaluated by promtool", () => {
  // One process for all: each start costs as much as ten tests.
  const failed = promtoolMissing ? new Map<string, string>() : runRuleTests(files);
  test.each(allCases.map((row) => [nameOf(row), row] as const))("%s", (name) => {
    expect(failed.get(name)).toBeUndefined();
  });
});
