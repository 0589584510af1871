import { dashboard } from "./dashboard.ts";
import type { DashboardOptions, ShownObjectives } from "./options.ts";
import { lines, type Made, numbers } from "./panel.ts";
import { ofService } from "./query.ts";

const legend = "{{objective}}";
const recorded = (name: string) => `slo:${name}${ofService()}`;
const of = (expr: string) => ({ [legend]: `max by (objective) (${expr})` });
const noRequests = "no requests yet";

/** Promises, and how they stand. Reads recorded series only: a window of 30 days over raw ones is too much for a panel. */
export function objectivesDashboard(options: DashboardOptions) {
  const { objectives } = options;
  return dashboard(options, "objectives", [
    { title: "Budget", panels: budget(objectives) },
    { title: "Burn rate by window", panels: burning(objectives) },
    { title: "History", panels: history(objectives) },
  ]);
}

function promised({ availability, latency, ratios = [] }: ShownObjectives): string {
  return [
    ...(availability ? [`${availability.target} % of requests without a 5xx`] : []),
    ...(latency ? [`${latency.target} % of successful requests within ${latency.thresholdMilliseconds} ms`] : []),
    ...ratios.map(({ name, target }) => `${target} % of ${name}`),
  ].join("; ");
}

function budget(objectives: ShownObjectives): Made[] {
  const { windowDays } = objectives;
  return [
    numbers({
      title: "Error budget left",
      description: `Share of the budget of ${windowDays} days that is not spent. Promised: ${promised(objectives)}. Below 0 the promise is broken.`,
      unit: "percentunit",
      queries: of(recorded("error_budget_left:ratio")),
      below: "red",
      limits: [
        { value: 0, color: "orange" },
        { value: 0.25, color: "green" },
      ],
      alerts: ["AppMetricsAbsent"],
      noValue: noRequests,
    }),
    numbers({
      title: "Promised",
      description: `Share of events that must be good, over ${windowDays} days: ${promised(objectives)}.`,
      unit: "percentunit",
      queries: of(recorded("objective:ratio")),
      noValue: "no rules",
    }),
    numbers({
      title: "Time to fail left",
      description: "For how long everything could fail, at the average traffic of the window, until the budget is spent. What a risky release may cost.",
      unit: "s",
      queries: of(`${recorded("error_budget_left:ratio")} * ${recorded("error_budget:ratio")} * ${recorded("period:days")} * 86400`),
      below: "red",
      limits: [{ value: 0, color: "green" }],
      noValue: noRequests,
    }),
  ];
}

function burning(objectives: ShownObjectives): Made[] {
  const { windowDays, burnRates } = objectives;
  return burnRates.map(({ severity, long, factor }) => {
    const page = severity === "critical";
    const begin = Number(factor.toPrecision(4));
    return lines({
      title: `Burn rate over ${hoursOrDays(long)}`,
      description:
        `How many times faster than promised the budget is spent. 1 spends all of it in ${windowDays} days; ` +
        `above ${begin} ${page ? "somebody is paged" : "a ticket is opened"}, if it still goes on.`,
      unit: "none",
      queries: of(`${recorded(`error_ratio:${promDuration(long)}`)} / ${recorded("error_budget:ratio")}`),
      limits:
        begin === 1
          ? [{ value: 1, color: "red" }]
          : [
              { value: 1, color: "orange" },
              { value: begin, color: "red" },
            ],
      alerts: burnAlerts(objectives, page),
      span: 24 / burnRates.length >= 8 ? 8 : 6,
      noValue: noRequests,
    });
  });
}

function burnAlerts({ availability, latency, ratios = [] }: ShownObjectives, page: boolean): string[] {
  const end = `BudgetBurn${page ? "Fast" : "Slow"}`;
  return [...(availability ? [`AppAvailability${end}`] : []), ...(latency ? [`AppLatency${end}`] : []), ...(ratios.length > 0 ? [`AppObjective${end}`] : [])];
}

function history({ windowDays, burnRates, ratios = [] }: ShownObjectives): Made[] {
  const begin = Number(burnRates[0]!.factor.toPrecision(4));
  return [
    lines({
      title: "Error budget left over time",
      description: "Where it falls, something broke the promise; where it rises, an old failure left the window.",
      unit: "percentunit",
      queries: of(recorded("error_budget_left:ratio")),
      min: undefined,
      noValue: noRequests,
    }),
    lines({
      title: "Bad events, and where it pages",
      description: `Share of events in five minutes that broke a promise, and the share that pages when it lasts: ${begin} times the budget of ${windowDays} days.`,
      unit: "percentunit",
      queries: { ...of(recorded("error_ratio:5m")), "{{objective}} pages": `max by (objective) (${recorded("error_budget:ratio")}) * ${begin}` },
      noValue: noRequests,
    }),
    lines({
      title: "Events judged",
      description: "Events in five minutes, and the bad ones among them. With few events the alerts stay silent, since one failure would be a large share.",
      unit: "short",
      queries: {
        ...of(recorded("events:increase5m")),
        "{{objective}} bad": `max by (objective) (${recorded("bad_events:increase5m")})`,
      },
      alerts: ratios.length > 0 ? ["AppObjectiveDataAbsent"] : [],
      noValue: noRequests,
    }),
  ];
}

const hour = 3600;
const promDuration = (seconds: number) => (seconds % (24 * hour) === 0 ? `${seconds / 24 / hour}d` : `${seconds / hour}h`);
function hoursOrDays(seconds: number): string {
  const [count, unit] = seconds % (24 * hour) === 0 ? [seconds / 24 / hour, "day"] : [seconds / hour, "hour"];
  return count === 1 ? `a${unit === "hour" ? "n" : ""} ${unit}` : `${count} ${unit}s`;
}
