import { answered, counter, failing, quicker, started, up } from "../traffic.ts";
import { app, cases, proofs } from "./case.ts";

// One situation of each kind for each alert; that the windows and factors are right at any target is the matter of objectives.test.ts.

/** Two quiet hours, then a share of requests goes wrong for twenty minutes. */
const outage = (share: number) =>
  failing(600, [
    { minutes: 120, share: 0 },
    { minutes: 20, share },
  ]);
/** A day at a constant share. */
const steadily = (share: number) => failing(600, [{ minutes: 1500, share }]);

/** Requests of which a share is quicker than 250 ms. */
const quick = (share: number, minutes = 140) => ({
  [up]: `1x${minutes}`,
  [started]: `-1000000x${minutes}`,
  [answered("200")]: counter([{ minutes, rate: 1000 }]),
  [quicker("0.25")]: counter([{ minutes, rate: 1000 * share }]),
});
/** All counters of a service fall back at one time. */
const restarted = (series: Record<string, string>, minutes: number) =>
  Object.fromEntries(
    Object.entries(series).map(([selector, values]) => [
      selector,
      /_(?:count|bucket|total)\{/.test(selector)
        ? `${values.replace(/x\d+$/, `x${minutes}`)} ${values.replace(/x\d+$/, `x${minutes}`)}`
        : values.replace(/x\d+$/, "x3000"),
    ]),
  );
const silent = { [up]: "1x1600", [started]: "-1000000x1600" };

const redirects = app("links_redirects_total");
const dropped = app("links_hits_dropped_total");
const hits = (share: number, minutes: number) => ({ [up]: `1x${minutes}`, [redirects]: `0+1000x${minutes}`, [dropped]: `0+${1000 * share}x${minutes}` });

const fast = { at: "2h15m" };
const slow = { at: "24h30m" };

export const objectiveCases = [
  ...cases(
    "AppAvailabilityBudgetBurnFast",
    [
      { situation: "all requests fail", fires: true, series: outage(1) },
      { situation: "0.5 % of requests fail for two hours", fires: false, series: failing(600, [{ minutes: 140, share: 0.005 }]) },
      {
        situation: "all pods restart, and their counts begin at 0",
        fires: false,
        series: restarted(failing(600, [{ minutes: 70, share: 0.001 }]), 70),
        proves: proofs.reset,
      },
      { situation: "nobody calls", fires: false, series: silent, proves: proofs.absent },
    ],
    fast,
  ),
  ...cases(
    "AppAvailabilityBudgetBurnSlow",
    [
      { situation: "0.4 % of requests fail for a day", fires: true, series: steadily(0.004) },
      { situation: "0.05 % of requests fail for a day", fires: false, series: steadily(0.0005) },
      {
        situation: "all pods restart, and their counts begin at 0",
        fires: false,
        series: restarted(failing(600, [{ minutes: 750, share: 0.0005 }]), 749),
        proves: proofs.reset,
      },
      { situation: "nobody calls", fires: false, series: silent, proves: proofs.absent },
    ],
    slow,
  ),
  ...cases(
    "AppLatencyBudgetBurnFast",
    [
      { situation: "a fifth of requests is slow", fires: true, series: quick(0.8) },
      { situation: "half the budget is slow", fires: false, series: quick(0.995) },
      { situation: "all pods restart, and their counts begin at 0", fires: false, series: restarted(quick(0.995, 70), 69), proves: proofs.reset },
      { situation: "nobody calls", fires: false, series: silent, proves: proofs.absent },
    ],
    fast,
  ),
  ...cases(
    "AppLatencyBudgetBurnSlow",
    [
      { situation: "4 % of requests are slow for a day", fires: true, series: quick(0.96, 1500) },
      { situation: "0.5 % of requests are slow for a day", fires: false, series: quick(0.995, 1500) },
      { situation: "all pods restart, and their counts begin at 0", fires: false, series: restarted(quick(0.995, 750), 749), proves: proofs.reset },
      { situation: "nobody calls", fires: false, series: silent, proves: proofs.absent },
    ],
    slow,
  ),
  ...cases(
    "AppObjectiveBudgetBurnFast",
    [
      { situation: "3 % of events are bad", fires: true, series: hits(0.03, 140) },
      { situation: "half the budget is bad", fires: false, series: hits(0.0005, 140) },
      { situation: "all pods restart, and their counts begin at 0", fires: false, series: restarted(hits(0.0005, 70), 69), proves: proofs.reset },
      { situation: "no event was ever counted", fires: false, series: silent, proves: proofs.absent },
    ],
    fast,
  ),
  ...cases(
    "AppObjectiveBudgetBurnSlow",
    [
      { situation: "0.4 % of events are bad for a day", fires: true, series: hits(0.004, 1500) },
      { situation: "half the budget is bad for a day", fires: false, series: hits(0.0005, 1500) },
      { situation: "all pods restart, and their counts begin at 0", fires: false, series: restarted(hits(0.0005, 750), 749), proves: proofs.reset },
      { situation: "no event was ever counted", fires: false, series: silent, proves: proofs.absent },
    ],
    slow,
  ),
  ...cases(
    "AppMetricsAbsent",
    [
      { situation: "no pod is known", fires: true, series: {}, proves: proofs.absent },
      { situation: "no pod answers", fires: true, series: { [up]: "1x5 0x30" } },
      { situation: "one of two answers", fires: false, series: { [up]: "0x30", [app("up", { instance: "b" })]: "1x30" } },
      { situation: "all restart for three minutes", fires: false, at: "8m", series: { [up]: "1x5 0x2 1x30" } },
    ],
    { at: "20m" },
  ),
  ...cases(
    "AppObjectiveDataAbsent",
    [
      { situation: "the counters were renamed", fires: true, series: { ...silent, [redirects]: "0+1000x30 stale" } },
      { situation: "nothing is scraped", fires: true, series: {}, proves: proofs.absent },
      { situation: "events are counted", fires: false, series: hits(0, 140) },
      { situation: "the counters fall back to 0", fires: false, series: restarted(hits(0, 70), 69), proves: proofs.reset },
    ],
    fast,
  ),
];
