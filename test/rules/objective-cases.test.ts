import { describe, expect, test } from "vitest";
import { objectiveCases } from "./cases/objectives.ts";
import { emptyClaims, missingProofs, sourcesOf, titleOf } from "./coverage.ts";
import { caseName, objectiveCaseFiles } from "./evaluate.ts";
import { promtoolMissing, runRuleTests } from "./promtool.ts";
import { alertsOf, everyObjective } from "./subject.ts";

const recorded = everyObjective.groups.flatMap(({ rules }) => rules).filter((rule) => "record" in rule);

describe("every alert of an objective has a situation in which it fires, one in which it stays silent, one without series, one with a restart", () => {
  test.each(alertsOf(everyObjective).map((alert) => [titleOf(alert), alert] as const))("%s", (_, alert) => {
    const sources = sourcesOf(alert, recorded);
    expect(missingProofs(alert, objectiveCases, sources)).toEqual([]);
    expect(emptyClaims(alert, objectiveCases, sources)).toEqual([]);
  });
  test("a burn rate's source is the counter of requests", () => {
    const [alert] = alertsOf(everyObjective);
    expect(missingProofs(alert!, [], sourcesOf(alert!, recorded))).toEqual(["fires", "stays silent", "series absent", "counter reset"]);
  });
});

describe.skipIf(promtoolMissing)("evaluated by promtool", () => {
  const files = objectiveCaseFiles(everyObjective, objectiveCases);
  const failed = promtoolMissing ? new Map<string, string>() : runRuleTests(files);
  test("each case once", () => {
    expect(files.flatMap(({ tests }) => tests.map(({ name }) => name)).sort()).toEqual(objectiveCases.map(caseName).sort());
  });
  test.each(objectiveCases.map((row) => [caseName(row)]))("%s", (name) => {
    expect(failed.get(name)).toBeUndefined();
  });
});
