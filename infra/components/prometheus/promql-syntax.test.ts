import { expect, test } from "vitest";
import { readPromql } from "./promql-syntax.ts";

test("names the metrics of a sound expression, once each", () => {
  expect(readPromql('sum by (le) (rate(a_total{x="y"}[5m])) / ignoring(le) group_left sum(b:c{z=~"."} or a_total{x="w"})')).toEqual({
    metrics: ["a_total", "b:c"],
  });
});

test.each([
  ["sum(a[5m]", 9],
  ["sum(rate(a[5m])) /", 18],
  ["a{b=c}", 4],
  ["", 0],
])("%s breaks at %i", (expression, at) => {
  expect(readPromql(expression).brokenAt).toBe(at);
});
