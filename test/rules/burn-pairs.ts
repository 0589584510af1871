import { duration, plain } from "../../infra/components/prometheus/promql.ts";
import type { RuleFile, RuleGroup } from "../../infra/components/prometheus/rule.ts";
import { type BurnRate, burnRates, errorThreshold } from "../../infra/components/service-level/burn-rate.ts";
import { firing, type RuleTests } from "./promtool.ts";
import { objectiveRules } from "./subject.ts";
import { failing, failingTotals } from "./traffic.ts";

export const page = firing({ alertname: "AppAvailabilityBudgetBurnFast" });
export const ticket = firing({ alertname: "AppAvailabilityBudgetBurnSlow" });

/**
 * For a pair of windows: after a quiet time that fills the long one, errors begin at a constant burn rate. `excess` times above the
 * factor it fires once that much of the long window is full of them and not much earlier; just below the factor it never does.
 */
export function pairTests(targetPercent: number, windowDays: number, pair: number, excess = 1.02): RuleTests {
  const rate = burnRates(windowDays)[pair]!;
  const threshold = errorThreshold(rate, targetPercent);
  const share = Math.min(1, threshold * excess);
  const long = rate.long / 60;
  // An alert is only seen at a time when rules are evaluated; 60 times in a long window keep the test quick.
  const evaluationMinutes = Math.max(1, long / 60);
  // Rules that are evaluated so seldom would record too few samples of the totals for a growth in five minutes.
  const totalsGiven = evaluationMinutes > 1;
  // The long window crosses the threshold when this part of it is bad; the short one has been full long since, or is crossed sooner.
  const claimed = long * (threshold / share);
  const name = (text: string) => `${targetPercent} over ${windowDays} d, ${rate.long / 3600} h, ${plain(share / threshold)} times: ${text}`;
  const rules = onlyPair(objectiveRules({ availability: { target: targetPercent }, windowDays }), rate, pair % 2, !totalsGiven);
  const at = (minutes: number) => `${Math.round(minutes / evaluationMinutes) * evaluationMinutes}m`;
  const alert = rate.severity === "critical" ? page : ticket;
  const burning = (bad: number) =>
    (totalsGiven ? failingTotals : failing)(1e6, [
      { minutes: long, share: 0 },
      { minutes: 1.3 * long, share: bad },
    ]);
  // Counts over five minutes reach back that far, and a few evaluations pass until all recorded series have followed.
  const slack = Math.max(0.08 * long, 6 + 3 * evaluationMinutes);
  return {
    rules,
    evaluation: `${evaluationMinutes}m`,
    tests: [
      {
        name: name("above the factor"),
        series: burning(share),
        expect: [
          { at: at(long + claimed - slack), expr: alert, value: 0 },
          { at: at(long + claimed + slack), expr: alert, value: 1 },
        ],
      },
      { name: name("2 % below the factor"), series: burning(threshold * 0.98), expect: [{ at: at(2.2 * long), expr: alert, value: 0 }] },
    ],
  };
}

/** Another pair of the same severity may rightly fire earlier, so only this one's alert is kept, and what it reads. */
function onlyPair(rules: RuleFile, rate: BurnRate, position: number, totals: boolean): RuleFile {
  const read = ["5m", "10m", duration(rate.short), duration(rate.long)].map((window) => `(increase|:)${window}`);
  const recorded = new RegExp(`(${[...read, ...(totals ? [":total"] : [])].join("|")})$`);
  const kept = rules.groups
    .flatMap((group) => group.rules)
    .flatMap((rule): RuleGroup["rules"] => {
      if ("record" in rule) return recorded.test(rule.record) ? [rule] : [];
      if (rule.labels.severity !== rate.severity || !rule.alert.includes("BudgetBurn")) return [];
      return [{ ...rule, expr: rule.expr.split(") or (")[position]!.replace(/^\(|\)$/g, "") }];
    });
  return { groups: [{ name: "pair", rules: kept }] };
}
