import { describe, expect, test } from "vitest";
import { causeCases } from "./cases/all.ts";
import { emptyClaims, missingProofs, titleOf } from "./coverage.ts";
import { caseFiles, caseName, unnoticed } from "./evaluate.ts";
import { broken, movedThresholds, withoutWaiting } from "./mutations.ts";
import { promtoolMissing, runRuleTests } from "./promtool.ts";
import { alertsOf, causeRules } from "./subject.ts";

const alerts = alertsOf(causeRules());

describe("every alert has a situation in which it fires, one in which it stays silent, one without series, one with a restart", () => {
  test.each(alerts.map((alert) => [titleOf(alert), alert] as const))("%s", (_, alert) => {
    expect(missingProofs(alert, causeCases)).toEqual([]);
    expect(emptyClaims(alert, causeCases)).toEqual([]);
  });
  test("that exists", () => {
    expect(causeCases.filter((row) => !alerts.some((alert) => alert.alert === row.alert)).map((row) => row.alert)).toEqual([]);
  });
  test("whose name is its own", () => {
    const names = causeCases.map(caseName);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

test("a missing situation is named", () => {
  const [alert] = alerts.filter((rule) => rule.alert === "RedisEvictingStateKeys");
  expect(missingProofs(alert!, [])).toEqual(["fires", "stays silent", "series absent", "counter reset"]);
});

describe.skipIf(promtoolMissing)("evaluated by promtool", () => {
  // One process for all: each start costs as much as ten tests.
  const failed = promtoolMissing ? new Map<string, string>() : runRuleTests(caseFiles(alerts, causeCases));
  test.each(causeCases.map((row) => [caseName(row)]))("%s", (name) => {
    expect(failed.get(name)).toBeUndefined();
  });
});

// What no case notices no case guards: the rule could be changed so, and all would stay green.
describe.skipIf(promtoolMissing)("the cases notice when", () => {
  test("a threshold is a quarter higher or lower", () => {
    expect(movedThresholds.length).toBeGreaterThan(50);
    expect(unnoticed(movedThresholds, causeCases)).toEqual([]);
  });
  test("an alert does not wait", () => {
    expect(unnoticed(withoutWaiting, causeCases)).toEqual([]);
  });
  test("an alert reads metrics that nobody exports", () => {
    expect(unnoticed(broken, causeCases)).toEqual([]);
  });
});
