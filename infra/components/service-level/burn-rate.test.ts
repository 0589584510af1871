import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { burnRates, errorBudget, errorThreshold, lowestTarget } from "./burn-rate.ts";
import { windowsDays } from "./objective.ts";

const day = 86_400;
const anyWindow = fc.constantFrom(...windowsDays);
const anyTarget = (windowDays: number) => fc.double({ min: lowestTarget(windowDays) + 0.01, max: 99.999, noNaN: true });
const anyObjective = anyWindow.chain((windowDays) => fc.tuple(fc.constant(windowDays), anyTarget(windowDays)));

test("30 days have the factors of the SRE workbook", () => {
  expect(burnRates(30).map(({ factor }) => Number(factor.toFixed(9)))).toEqual([14.4, 6, 3, 1]);
});

test("errors at the threshold for the whole long window spend the claimed share of the budget", () => {
  fc.assert(
    fc.property(anyObjective, ([windowDays, target]) => {
      for (const rate of burnRates(windowDays)) {
        // With one event a second: bad events in the long window, over those that the whole window allows.
        const spent = (errorThreshold(rate, target) * rate.long) / (errorBudget(target) * windowDays * day);
        expect(spent).toBeCloseTo(rate.budgetShare, 9);
      }
    }),
  );
});

test("no alert needs more failures than there are requests", () => {
  fc.assert(fc.property(anyObjective, ([windowDays, target]) => burnRates(windowDays).every((rate) => errorThreshold(rate, target) < 1)));
});

test("a service that spends its budget evenly has no alert", () => {
  fc.assert(
    fc.property(anyObjective, fc.double({ min: 0, max: 1, noNaN: true }), ([windowDays, target], share) =>
      burnRates(windowDays).every((rate) => errorBudget(target) * share <= errorThreshold(rate, target)),
    ),
  );
});

test("pages are for less of the budget in less time than tickets", () => {
  for (const windowDays of windowsDays) {
    const rates = burnRates(windowDays);
    expect(rates.map(({ long }) => long)).toEqual([...rates.map(({ long }) => long)].sort((a, b) => a - b));
    for (const { short, long } of rates) expect(long / short).toBe(12);
  }
});

describe("the budget", () => {
  test.each([
    [99.9, 0.001],
    [99.95, 0.0005],
    [99.999, 0.00001],
    [90, 0.1],
  ])("of %s %% is %s, without the tail of a binary fraction", (target, budget) => {
    expect(errorBudget(target)).toBe(budget);
  });
});
