import { expect, test } from "vitest";
import { exceptions } from "../e2e/live/exceptions.ts";
import { quickExpression, quickened, shorter } from "../e2e/live/quick.ts";
import { checkRules, promtoolMissing } from "../rules/promtool.ts";
import { bothObjectives, causeRules } from "../rules/subject.ts";

test.each([
  ["rate(a[5m])", "rate(a[5000ms])"],
  ['a{b="[5m] offset 5m"} offset 1h > 1', 'a{b="[5m] offset 5m"} offset 60000ms > 1'],
  ["quantile_over_time(0.5, a[7d:6h])", "quantile_over_time(0.5, a[10080000ms:360000ms])"],
  ["predict_linear(a[6h], 345600) < 0", "predict_linear(a[360000ms], 5760) < 0"],
  ["last_over_time(a[10m]) > time() - 600", "last_over_time(a[10000ms]) > time() - 10"],
  ["slo:error_ratio:5m > 14.4 * 0.001", "quick_slo:error_ratio:5m > 14.4 * 0.001"],
])("%s in quick motion", (slow, quick) => expect(quickExpression(slow, 60, new Set(["slo:error_ratio:5m"]))).toBe(quick));

test("nothing is shorter than Prometheus can tell", () => expect([shorter("1h30m", 60), shorter("10ms", 60)]).toEqual(["90000ms", "1ms"]));

const files = [bothObjectives, causeRules()];

test.skipIf(promtoolMissing)("every rule is a rule in quick motion too, for a service of its own", () => {
  const quick = files.map((file) => quickened(file, exceptions));
  expect(checkRules(quick)).toBe("");
  const labels = quick.flatMap(({ groups }) => groups.flatMap(({ rules }) => rules.flatMap((rule) => ("alert" in rule ? [rule.labels] : []))));
  expect(labels.length).toBeGreaterThan(30);
  expect(labels.filter(({ namespace, service, severity }) => !(namespace === "shop" && service === "links-quick" && severity))).toEqual([]);
});

test("a lowered number that the rule does not have any more is told", () => {
  const lowered = { Watchdog: { lowered: { from: "> 7", to: "> 1", reason: "" } } };
  expect(() => quickened(causeRules(), lowered)).toThrow('Watchdog has no "> 7" any more');
});
