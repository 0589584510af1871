import { describe, expect, test } from "vitest";
import { longestGapHours, scheduleProblem } from "./schedule.ts";

describe("a schedule is taken", () => {
  test.each(["17 3 * * *", "0 */6 * * *", "*/5 * * * *", "0 0 29 2 *", "0 1 1-7 jan,jul Mon", "30 2 31 2 sun", "5,35 1-5/2 * * 0-7", " 1 2 3 4 5 "])(
    "%s",
    (schedule) => {
      expect(scheduleProblem("schedule", schedule)).toBeUndefined();
    },
  );
});

describe("a schedule is refused", () => {
  test.each([
    ["17 3 * *", "4 fields"],
    ["@daily", "1 fields"],
    ["", "1 fields"],
    ["60 3 * * *", 'no valid minute: "60"'],
    ["0 24 * * *", "no valid hour"],
    ["0 1 0 * *", "no valid day of month"],
    ["0 1 * 13 *", "no valid month"],
    ["0 1 * feb *x", "no valid day of week"],
    ["0 1 * * mon-sun", "no valid day of week"],
    ["5-1 1 * * *", "no valid minute"],
    ["*/0 1 * * *", "no valid minute"],
    ["1,,2 1 * * *", "no valid minute"],
    ["*-5 1 * * *", "no valid minute"],
    ["-1 1 * * *", "no valid minute"],
    ["* * * * *", "fires 60 times an hour"],
    ["*/4 3 * * *", "fires 15 times an hour"],
    ["0 1 30 2 *", "never fires"],
    ["0 1 31 feb,apr,jun *", "never fires"],
  ])("%s", (schedule, reason) => {
    const problem = scheduleProblem("schedule", schedule);
    expect(problem).toContain(reason);
    expect(problem).toContain("17 3 * * *");
  });
});

test.each([
  ["17 3 * * *", 24],
  ["17 */6 * * *", 6],
  ["0,30 8-17 * * *", 14.5],
  ["17 3 * * 1-5", 72],
  ["*/5 * * * *", 5 / 60],
  ["0 0 1 * *", 31 * 24],
  ["0 0 1 * 0", 7 * 24],
])("%s leaves at most %d hours between two runs", (schedule, hours) => expect(longestGapHours(schedule)).toBe(hours));
