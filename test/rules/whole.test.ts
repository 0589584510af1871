import { describe, expect, test } from "vitest";
import { healthy } from "./healthy.ts";
import { promtoolMissing, type RuleTest, runRuleTests } from "./promtool.ts";
import { bothObjectives, causeRules } from "./subject.ts";

const others = 'ALERTS{alertstate="firing",alertname!="Watchdog"}';
const fires = (names: string) => `sum(count(count by (alertname) (ALERTS{alertstate="firing",alertname=~"${names}"})))`;

const tests: RuleTest[] = [
  { name: "a healthy service has no alert", series: healthy, expect: [{ at: "2h", expr: `(count(${others}) or vector(0))`, value: 0 }] },
  {
    name: "with nothing to scrape exactly the alerts fire that say so",
    series: {},
    expect: [
      { at: "2h", expr: fires("AppMetricsAbsent|AppWorkerDown|ExporterDown|ClusterMetricsAbsent"), value: 4 },
      { at: "2h", expr: `sum(count(count by (alertname) (${others})))`, value: 4 },
    ],
  },
  {
    name: "after Prometheus was away for 20 minutes no alert fires",
    series: Object.fromEntries(Object.entries(healthy).map(([series, values]) => [series, gap(values)])),
    expect: [{ at: "1h26m", expr: `(count(${others}) or vector(0))`, value: 0 }],
  },
];

/** The same samples with those from minute 60 to 79 missing. */
function gap(values: string): string {
  const [start, rate = 0] = values.replace(/x\d+$/, "").split("+").map(Number);
  return `${start}+${rate}x59 _x20 ${start! + rate * 80}+${rate}x40`;
}

describe.skipIf(promtoolMissing)("all rules of a service together", () => {
  const rules = { groups: [...bothObjectives.groups, ...causeRules().groups] };
  const failed = promtoolMissing ? new Map<string, string>() : runRuleTests([{ rules, evaluation: "2m", tests }]);
  test.each(tests.map(({ name }) => name))("%s", (name) => {
    expect(failed.get(name)).toBeUndefined();
  });
});
