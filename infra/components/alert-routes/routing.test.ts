import { expect, test } from "vitest";
import { everything } from "../../../test/routes/subject.ts";
import { routing } from "./routing.ts";

const told = (change: object) => routing({ ...everything, ...change }).entries;

test("pages are repeated sooner than tickets, and every receiver has an entry of its own", () => {
  const pages = told({}).filter(({ matchers }) => matchers.length === 1 && matchers[0]!.value === "critical");
  expect(pages.map(({ receiver, repeatInterval, continue: more }) => [receiver, repeatInterval, more])).toEqual([
    ["oncall", "4h", true],
    ["channel", "4h", false],
  ]);
  const tickets = told({}).filter(({ matchers }) => matchers.length === 1 && matchers[0]!.value === "warning");
  expect(tickets.map(({ repeatInterval, quiet }) => [repeatInterval, quiet])).toEqual([
    ["1d", true],
    ["1d", true],
  ]);
});

test.each([10, 11, 60, 61, 3600])("signs of life that are to come every %i seconds do", (everySeconds) => {
  const { groupInterval, repeatInterval } = told({ heartbeat: { receiver: "dead-mans-switch", everySeconds } })[0]!;
  const [look, repeat] = [Number.parseInt(groupInterval, 10), Number.parseInt(repeatInterval, 10)];
  // The first look at which the last message is older than the repeat interval.
  const gap = Math.ceil((repeat + 0.1) / look) * look;
  expect(gap).toBeLessThanOrEqual(everySeconds);
  expect(gap).toBeGreaterThan(everySeconds - 2);
  // Alertmanager warns of the opposite.
  expect(repeat).toBeGreaterThanOrEqual(look);
});

test("without a heartbeat nobody is told of Watchdog, and without quiet hours everybody at any time", () => {
  expect(told({ heartbeat: undefined })[0]!.receiver).toBe("nobody");
  expect(told({ quietHours: undefined }).filter(({ quiet }) => quiet)).toEqual([]);
});
