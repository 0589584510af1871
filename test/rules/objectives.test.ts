import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMetrics } from "../../app/src/metrics/metrics.ts";
import type { RuleFile } from "../../infra/components/prometheus/rule.ts";
import { alertWindows, errorBudget, lowestTarget } from "../../infra/components/service-level/burn-rate.ts";
import { requestDurationBuckets, windowsDays } from "../../infra/components/service-level/objective.ts";
import { page, pairTests, ticket } from "./burn-pairs.ts";
import { firing, promtoolMissing, type RuleTest, type RuleTests, runRuleTests } from "./promtool.ts";
import { bothObjectives, objectiveRules } from "./subject.ts";
import { answered, counter, failing, quicker, started, up } from "./traffic.ts";

const target = 99.9;
const budget = errorBudget(target);
const availability = objectiveRules({ availability: { target } });
const latencyPage = firing({ alertname: "AppLatencyBudgetBurnFast" });
const absent = firing({ alertname: "AppMetricsAbsent" });
const value = (series: string, digits = 4) => `sum(round(${series}, ${10 ** -digits}))`;

/** Any objective, any pair, and how fast it burns. A run that failed is run again by its seed: SLIPWAY_SEED=<seed>. */
const seed = Number(process.env.SLIPWAY_SEED ?? Date.now() % 1e6);
const anyPair = fc.constantFrom(...windowsDays).chain((windowDays) =>
  fc.tuple(
    fc.integer({ min: Math.ceil(lowestTarget(windowDays) * 1000) + 10, max: 99_990 }).map((thousandths) => thousandths / 1000),
    fc.constant(windowDays),
    fc.constantFrom(0, 1, 2, 3),
    fc.double({ min: 1.02, max: 6, noNaN: true }),
  ),
);
const generated = fc.sample(anyPair, { seed, numRuns: 12 }).map(([target, windowDays, pair, excess]) => pairTests(target, windowDays, pair, excess));

const hours = 60;
const outage: RuleTest[] = [
  {
    name: "everything fails: pages within two minutes of the first scrape that shows it",
    series: failing(600, [
      { minutes: 2 * hours, share: 0 },
      { minutes: 10, share: 1 },
    ]),
    expect: [
      { at: "2h", expr: page, value: 0 },
      { at: "2h2m", expr: page, value: 1 },
    ],
  },
];

const situations: RuleTest[] = [
  {
    name: "the page ends within 35 minutes of the errors, though the hour stays bad",
    series: failing(600, [
      { minutes: hours, share: 0 },
      { minutes: 10, share: 1 },
      { minutes: 40, share: 0 },
    ]),
    expect: [
      { at: "1h9m", expr: page, value: 1 },
      { at: "1h45m", expr: page, value: 0 },
      { at: "1h45m", expr: `slo:error_ratio:1h{objective="availability"} > bool ${14.4 * budget}`, value: 1 },
    ].map((row) => ({ ...row, expr: `sum(${row.expr})` })),
  },
  {
    name: "few requests: half of them fail and nobody is woken",
    series: failing(1, [{ minutes: 2 * hours, share: 0.5 }]),
    expect: [{ at: "1h30m", expr: page, value: 0 }],
  },
  {
    name: "4xx is the caller's mistake",
    series: { [up]: "1x90", [answered("200")]: "0+100x90", [answered("404")]: "0+900x90" },
    expect: [
      { at: "1h20m", expr: page, value: 0 },
      { at: "1h20m", expr: value("slo:error_ratio:1h"), value: 0 },
    ],
  },
  {
    name: "a counter's birth: the first 5xx of a series counts though it never rises",
    series: { [up]: "1x90", [started]: "-9999x90", [answered("200")]: "0+60x90", [answered("503")]: "_x70 40x20" },
    expect: [
      { at: "1h12m", expr: value("slo:bad_events:increase5m"), value: 40 },
      { at: "1h12m", expr: value("slo:bad_events:increase1h"), value: 40 },
      { at: "1h12m", expr: page, value: 0 },
      { at: "1h18m", expr: value("slo:bad_events:increase5m"), value: 0 },
    ],
  },
  {
    name: "a counter's birth in a process that nobody had called",
    series: { [up]: "1x90", [started]: "-9999x90", [answered("503")]: "_x70 40x20" },
    expect: [
      { at: "1h12m", expr: value("slo:bad_events:increase5m"), value: 40 },
      { at: "1h12m", expr: value("slo:error_ratio:5m"), value: 1 },
    ],
  },
  {
    name: "what an old process counted before anybody looked is not new",
    series: { [up]: "_x60 1x30", [started]: "_x60 -9999x30", [answered("200")]: "_x60 5000+60x30", [answered("500")]: "_x60 4000x30" },
    expect: [
      { at: "1h12m", expr: value("slo:bad_events:increase5m"), value: 0 },
      { at: "1h12m", expr: value("slo:bad_events:increase1h"), value: 0 },
    ],
  },
  {
    name: "a counter's birth in a new pod counts too",
    series: { [up]: "_x70 1x20", [started]: `_x70 ${70 * 60}x20`, [answered("503")]: "_x70 90x20" },
    expect: [
      { at: "1h12m", expr: value("slo:bad_events:increase5m"), value: 90 },
      { at: "1h12m", expr: value("slo:error_ratio:5m"), value: 1 },
    ],
  },
  {
    name: "a gap in scraping brings no old errors back",
    series: {
      [up]: "1x30 0x9 1x50",
      [started]: "-9999x30 stale _x8 -9999x50",
      [answered("200")]: "5000+60x30 stale _x8 7500+60x50",
      [answered("500")]: "4000x30 stale _x8 4000x50",
    },
    expect: [
      { at: "42m", expr: value("slo:bad_events:increase5m"), value: 0 },
      { at: "42m", expr: page, value: 0 },
    ],
  },
  {
    name: "a restart resets the counters and counts nothing twice",
    series: {
      [up]: "1x90",
      [started]: "-9999x69 4200x20",
      [answered("200")]: `${counter([{ minutes: 70, rate: 60 }])} 0+60x20`,
      [answered("500")]: "900x69 0x20",
    },
    expect: [
      { at: "1h15m", expr: value("slo:bad_events:increase5m"), value: 0 },
      { at: "1h15m", expr: page, value: 0 },
    ],
  },
  {
    name: "a restart in place loses nothing of what failed before it",
    series: {
      [up]: "1x90",
      [started]: "-9999x69 4200x20",
      [answered("200")]: `${counter([{ minutes: 70, rate: 60 }])} 0+60x20`,
      [answered("500")]: "0x64 40x4 0x20",
    },
    expect: [{ at: "1h12m", expr: value("slo:bad_events:increase1h"), value: 40 }],
  },
  {
    name: "no request: the ratio is missing, and nothing fires",
    series: { [up]: "1x90", [answered("200")]: "500x90", [answered("500")]: "0x90" },
    expect: [
      { at: "1h20m", expr: "count(slo:error_ratio:1h) or vector(0)", value: 0 },
      { at: "1h20m", expr: page, value: 0 },
      { at: "1h20m", expr: absent, value: 0 },
    ],
  },
  {
    name: "all pods answer no scrape: no 5xx is seen, and yet it pages",
    series: { [up]: "1x60 0x30", [answered("200")]: "0+60x60" },
    expect: [
      { at: "1h3m", expr: absent, value: 0 },
      { at: "1h10m", expr: absent, value: 1 },
    ],
  },
  { name: "no pod was ever seen", series: {}, expect: [{ at: "6m", expr: absent, value: 1 }] },
  {
    name: "one of two pods answers no scrape: another alert's matter",
    series: { [up]: "0x30", [up.replace('"a"', '"b"')]: "1x30" },
    expect: [{ at: "20m", expr: absent, value: 0 }],
  },
];

const steady: RuleTest[] = [
  {
    name: "budget: half of it is spent",
    series: failing(6000, [{ minutes: 3 * hours, share: budget / 2 }]),
    expect: [
      { at: "3h", expr: value("slo:error_budget_left:ratio", 2), value: 0.5 },
      { at: "3h", expr: value("slo:burn_rate:current", 2), value: 0.5 },
      { at: "3h", expr: value("slo:burn_rate:period", 2), value: 0.5 },
      { at: "3h", expr: value("slo:objective:ratio"), value: 0.999 },
      { at: "3h", expr: value("slo:error_budget:ratio"), value: 0.001 },
      { at: "3h", expr: value("slo:period:days"), value: 30 },
    ],
  },
  {
    name: "a constant error ratio just under the budget: no page, no ticket",
    series: failing(6000, [{ minutes: 13 * hours, share: budget * 0.98 }]),
    expect: [
      { at: "13h", expr: page, value: 0 },
      { at: "13h", expr: ticket, value: 0 },
    ],
  },
];

const latency = objectiveRules({ latency: { target: 99, thresholdMilliseconds: 250 } });
const slow = (series: Record<string, string>) => ({ [up]: "1x90", [started]: "-9999x90", [answered("200")]: "0+600x90", ...series });
const latencySituations: RuleTest[] = [
  {
    name: "latency: a fifth is slower than the threshold",
    series: slow({ [quicker("0.1")]: "0+300x90", [quicker("0.25")]: "0+480x90" }),
    expect: [
      { at: "1h20m", expr: value("slo:error_ratio:1h"), value: 0.2 },
      { at: "1h20m", expr: latencyPage, value: 1 },
    ],
  },
  {
    name: "latency: a tenth is slower than the threshold",
    series: slow({ [quicker("0.25")]: "0+540x90" }),
    expect: [{ at: "1h20m", expr: latencyPage, value: 1 }],
  },
  {
    name: "latency: one of 200 is slower than the threshold",
    series: slow({ [quicker("0.25")]: "0+597x90" }),
    expect: [{ at: "1h20m", expr: latencyPage, value: 0 }],
  },
  {
    name: "latency: quick failures are no quick answers, and slow ones are no slow answers",
    series: slow({ [quicker("0.25")]: "0+600x90", [answered("500")]: "0+6000x90", [quicker("0.25", "500")]: "0+10x90" }),
    expect: [
      { at: "1h20m", expr: value("slo:error_ratio:1h"), value: 0 },
      { at: "1h20m", expr: latencyPage, value: 0 },
    ],
  },
  { name: "latency: a bucket that nobody exports is loud", series: slow({}), expect: [{ at: "1h20m", expr: latencyPage, value: 1 }] },
];

const lost = objectiveRules({
  ratios: [
    {
      name: "orders",
      target: 99,
      events: 'increase(orders_total{namespace="$namespace",job="$service"}[$window])',
      badEvents: 'increase(orders_total{namespace="$namespace",job="$service",outcome="lost"}[$window])',
    },
  ],
});
const orders = (outcome: string) => `orders_total{job="links",namespace="shop",instance="a",outcome="${outcome}"}`;
const lostPage = firing({ alertname: "AppObjectiveBudgetBurnFast", objective: "orders", namespace: "shop" });
const ratioSituations: RuleTest[] = [
  {
    name: "ratio: a fifth of orders is lost",
    series: { [up]: "1x90", [orders("sent")]: "0+800x90", [orders("lost")]: "0+200x90" },
    expect: [
      { at: "1h20m", expr: value("slo:error_ratio:1h"), value: 0.2 },
      { at: "1h20m", expr: lostPage, value: 1 },
    ],
  },
  {
    name: "ratio: no order was ever lost, so that nobody exports lost ones",
    series: { [up]: "1x90", [orders("sent")]: "0+800x90" },
    expect: [
      { at: "1h20m", expr: value("slo:error_ratio:1h"), value: 0 },
      { at: "1h20m", expr: lostPage, value: 0 },
      { at: "1h20m", expr: firing({ alertname: "AppObjectiveDataAbsent" }), value: 0 },
    ],
  },
  {
    name: "ratio: orders are counted no more",
    series: { [up]: "1x90", [orders("sent")]: "0+800x30 stale" },
    expect: [
      { at: "34m", expr: firing({ alertname: "AppObjectiveDataAbsent" }), value: 0 },
      { at: "1h20m", expr: firing({ alertname: "AppObjectiveDataAbsent", objective: "orders" }), value: 1 },
    ],
  },
];

const wholeSeconds = objectiveRules({ latency: { target: 99, thresholdMilliseconds: 1000 } });
const wholeSecondSituations: RuleTest[] = ["1", "1.0"].map((le) => ({
  name: `latency: a bucket of one second is found as le=${le}`,
  series: slow({ [quicker(le)]: "0+600x90" }),
  expect: [{ at: "1h20m", expr: value("slo:error_ratio:1h"), value: 0 }],
}));

/** Without the windows of days, which what happens within hours does not need and which take most of the time. */
const quick = ({ groups }: RuleFile): RuleFile => ({ groups: groups.filter(({ name }) => !name.endsWith("-slow")) });

const files: RuleTests[] = [
  { rules: quick(availability), evaluation: "30s", tests: outage },
  { rules: quick(availability), evaluation: "1m", tests: situations },
  { rules: availability, evaluation: "2m", tests: steady },
  { rules: quick(latency), evaluation: "2m", tests: latencySituations },
  { rules: quick(lost), evaluation: "2m", tests: ratioSituations },
  { rules: quick(wholeSeconds), evaluation: "2m", tests: wholeSecondSituations },
  pairTests(99, 7, 0),
  pairTests(99.95, 7, 0),
  pairTests(99.5, 28, 0),
  pairTests(99, 30, 0),
  pairTests(99.95, 30, 0),
  pairTests(99.9, 30, 1),
  pairTests(99.9, 30, 2),
  pairTests(99.9, 30, 3),
];
const names = (of: RuleTests[]) => of.flatMap(({ tests }) => tests).map(({ name }) => name);

describe.skipIf(promtoolMissing)("objectives, evaluated by promtool", () => {
  const failed = promtoolMissing ? new Map<string, string>() : runRuleTests([...files, ...generated]);
  test.each(names(files))("%s", (name) => {
    expect(failed.get(name)).toBeUndefined();
  });
  test(`any objective fires at the burn rate and within the time that it claims (seed ${seed})`, () => {
    expect(names(generated).flatMap((name) => failed.get(name) ?? [])).toEqual([]);
  });
});

test("each window that an alert reads is recorded", () => {
  const recorded = new Set(bothObjectives.groups.flatMap((group) => group.rules).flatMap((rule) => ("record" in rule ? [rule.record] : [])));
  const read = bothObjectives.groups.flatMap((group) => group.rules).flatMap((rule) => rule.expr.match(/slo:[a-z_]+:\w+/g) ?? []);
  expect(read.filter((series) => !recorded.has(series))).toEqual([]);
  expect(alertWindows.length).toBe(7);
});

test("the buckets that objectives may ask for are those of the service", async () => {
  const metrics = createMetrics("1");
  metrics.instruments.requestDuration.observe({ labels: { method: "GET", route: "/", status_code: 200 }, value: 0.001 });
  const bounds = [...(await metrics.text()).matchAll(/http_request_duration_seconds_bucket\{le="([\d.]+)"/g)].map((match) => Number(match[1]));
  expect(bounds).toEqual(requestDurationBuckets);
});
