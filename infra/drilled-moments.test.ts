import { expect, test } from "vitest";
import type { StackConfig } from "./config/load.ts";
import { drillsPerMoment } from "./drilled-moments.ts";

test.each([
  ["47 4 * * *", 35, 3],
  ["47 4 * * *", 7, 3],
  ["47 4 * * *", 3, 2],
  ["47 4 * * *", 1, 1],
  ["47 4 * * 0", 35, 3],
  ["47 4 * * 0", 14, 1],
  ["47 4 1 * *", 35, 1],
])("drilled at %s with evidence for %d days, one of %d is of a moment", (schedule, retentionDays, drills) => {
  expect(drillsPerMoment({ backups: { retentionDays }, restoreDrill: { schedule } } as StackConfig)).toBe(drills);
});
