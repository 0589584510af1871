import { describe, expect, test } from "vitest";
import { exporter } from "./cases/case.ts";
import { firing, promtoolMissing, type RuleTest, runRuleTests } from "./promtool.ts";
import { alertsOf, causeRules } from "./subject.ts";

/**
 * What never succeeded has no time of its last success. In promtool's tests 1970 is the beginning, so it takes hours beyond every
 * threshold until that is long ago, and steps of an hour to get there.
 */
const hours = 300;
const lately = (value: string) => `_x${(hours - 12) * 60} ${value}x${20 * 60}`;
const up = { [exporter("backup-exporter", "up")]: lately("1") };
const succeeded = (drilled: string) => ({
  [exporter("backup-exporter", "restore_drill_last_success_timestamp_seconds", { drilled })]: lately(`${(hours - 12) * 3600}`),
});

const rows: [situation: string, series: Record<string, string>, fires: number][] = [
  ["the newest backup was never restored, though moments are gone back to", { ...up, ...succeeded("moment") }, 1],
  ["no moment was ever gone back to, though backups are restored", { ...up, ...succeeded("newest") }, 1],
  ["nothing was ever drilled", up, 1],
  ["both were", { ...up, ...succeeded("newest"), ...succeeded("moment") }, 0],
  ["the exporter is gone, which another alert reports", {}, 0],
];

describe.skipIf(promtoolMissing)("RestoreDrillTooOld", () => {
  const rules = alertsOf(causeRules()).filter(({ alert }) => alert === "RestoreDrillTooOld");
  const tests = rows.map(
    ([name, series, value]): RuleTest => ({ name, series, expect: [{ at: `${hours}h`, expr: firing({ alertname: "RestoreDrillTooOld" }), value }] }),
  );
  const failed = promtoolMissing ? new Map<string, string>() : runRuleTests([{ rules: { groups: [{ name: "drills", rules }] }, evaluation: "1h", tests }]);
  test.each(rows)("%s", (name) => expect(failed.get(name)).toBeUndefined());
});
