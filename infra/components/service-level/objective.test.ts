import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ObjectiveArgs, requestDurationBuckets } from "./objective.ts";
import { objectiveProblems, sentence } from "./problems.ts";

const problems = (args: Partial<ObjectiveArgs>) =>
  objectiveProblems({ windowDays: 30, minimumEvents: 100, bucketsSeconds: requestDurationBuckets, availability: { target: 99.9 }, ...args }).map(sentence);

const orders = {
  name: "orders",
  target: 99,
  events: "sum(increase(orders_total[$window]))",
  badEvents: 'sum(increase(orders_total{outcome="lost"}[$window]))',
};

test("sound objectives are taken", () => {
  expect(problems({ latency: { target: 99, thresholdMilliseconds: 250 } })).toEqual([]);
  expect(problems({ availability: undefined, latency: { target: 95, thresholdMilliseconds: 2500 } })).toEqual([]);
  expect(problems({ availability: undefined, ratios: [orders], exportedMetrics: ["orders_total"] })).toEqual([]);
});

describe("is refused with its mend:", () => {
  test.each<[string, Partial<ObjectiveArgs>, string]>([
    ["no objective", { availability: undefined }, "has no objective; give availability, latency or ratios"],
    ["100 %", { availability: { target: 100 } }, "availability.target 100 leaves no error budget"],
    ["a share instead of a percentage", { availability: { target: 0 } }, "availability.target 0 is no percentage; write it as 99.9"],
    ["a target whose alert can't fire", { availability: { target: 90 } }, "raise it to at least 93.06, or set windowDays to 7"],
    ["a target too low for any window", { availability: { target: 50 } }, "raise it to at least 93.06."],
    [
      "a threshold between two buckets",
      { latency: { target: 99, thresholdMilliseconds: 300 } },
      "300 is no bucket of http_request_duration_seconds, so nothing counts the requests below it; give 250 or 500",
    ],
    ["a threshold above all buckets", { latency: { target: 99, thresholdMilliseconds: 20_000 } }, "give 10000."],
    ["a threshold between buckets of one's own", { latency: { target: 99, thresholdMilliseconds: 250 }, bucketsSeconds: [0.2, 0.4] }, "give 200 or 400"],
    ["a window that is unknown", { windowDays: 14 }, "windowDays 14 is no window that is known; give 7, 28 or 30"],
    ["a guard of no requests", { minimumEvents: 0 }, "minimumEvents 0 is no number of requests"],
    ["a ratio of 100 %", { ratios: [{ ...orders, target: 100 }] }, "ratios.0.target 100 leaves no error budget"],
    ["a ratio without a name", { ratios: [{ ...orders, name: "Orders!" }] }, 'ratios.0.name "Orders!" is no name for a label'],
    ["a ratio with a name that is taken", { ratios: [orders, orders] }, 'ratios.1.name "orders" is another objective\'s name already'],
    ["a query over a time of its own", { ratios: [{ ...orders, events: "sum(increase(orders_total[5m]))" }] }, "counts over no [$window]"],
    ["a query that is no PromQL", { ratios: [{ ...orders, badEvents: "sum(increase(orders_total[$window])" }] }, "is no PromQL from its character 36 on"],
    [
      "a metric that the service does not export",
      { ratios: [{ ...orders, events: "sum(increase(order_total[$window]))" }], exportedMetrics: ["orders_total"] },
      "reads order_total, which the service does not export; did you mean orders_total.",
    ],
  ])("%s", (_, args, mend) => {
    expect(problems(args)).toEqual([expect.stringContaining(mend)]);
  });
});

test("all mistakes are named at once", () => {
  expect(problems({ availability: { target: 100 }, latency: { target: 99, thresholdMilliseconds: 3 }, windowDays: 14, minimumEvents: 1.5 })).toHaveLength(4);
});

test("what a message asks for is accepted", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 93, noNaN: true }), fc.integer({ min: 1, max: 9999 }), (target, thresholdMilliseconds) => {
      const told = problems({ availability: { target }, latency: { target: 99, thresholdMilliseconds } }).join(" ");
      const raised = Number(/at least ([\d.]*\d)/.exec(told)?.[1]);
      expect(problems({ availability: { target: raised } })).toEqual([]);
      const bucket = /give (\d+)/.exec(told)?.[1];
      if (bucket) expect(problems({ latency: { target: 99, thresholdMilliseconds: Number(bucket) } })).toEqual([]);
    }),
  );
});
