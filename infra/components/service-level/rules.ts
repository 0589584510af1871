import type { AlertContext } from "../prometheus/alert.ts";
import { duration, plain } from "../prometheus/promql.ts";
import type { RecordingRule, RuleFile } from "../prometheus/rule.ts";
import { burnAlert, metricsAbsent, ratioDataAbsent } from "./alerts.ts";
import { alertWindows } from "./burn-rate.ts";
import { badEvents, events } from "./events.ts";
import type { Objective } from "./objective.ts";
import { objectiveLabels, recordedSeries } from "./series.ts";
import { totals } from "./totals.ts";

const day = 86_400;

/** Counts of events in a short window, taken again and again, from which those of long windows are summed. */
interface Base {
  /** The window of one count. */
  windowSeconds: number;
  /** How often the count is taken. The sum divides by it, so its group states it and no global setting counts. */
  intervalSeconds: number;
}
/** Ten scrapes of 30 s: a lost one changes little. */
const fine: Base = { windowSeconds: 300, intervalSeconds: 30 };
/** For windows of days: 86,400 samples of the fine one in 30 days take Prometheus 20 ms to read, these 1. What stands there may be ten minutes old. */
const coarse: Base = { windowSeconds: 600, intervalSeconds: 600 };
/** Windows up to this are counted from the totals. A sum of five-minute counts lags by minutes, which a page can't afford. */
const longestCountedSeconds = 3600;
/** Windows over this, and what follows from them, change slowly and read many samples. */
const slowFromSeconds = 86_400;

/** The rules of all objectives of one service. */
export function serviceLevelRules(context: AlertContext, objectives: Objective[]): RuleFile {
  return {
    groups: [
      ...objectives.flatMap((objective) => objectiveGroups(context, objective)),
      {
        name: `${context.service}-objectives-data`,
        rules: [metricsAbsent(context), ...objectives.filter(({ ratio }) => ratio).map((objective) => ratioDataAbsent(context, objective))],
      },
    ],
  };
}

function objectiveGroups(context: AlertContext, objective: Objective) {
  const recorded = (seconds: number) => windowRules(context, objective, seconds);
  const name = `${context.service}-${objective.name}`;
  const period = objective.windowDays * day;
  return [
    {
      name: `${name}-fast`,
      interval: duration(fine.intervalSeconds),
      rules: [
        ...totals(context, objective),
        ...alertWindows.filter((seconds) => seconds < slowFromSeconds).flatMap(recorded),
        burnAlert(context, objective, "critical"),
      ],
    },
    {
      name: `${name}-period`,
      interval: duration(coarse.intervalSeconds),
      rules: counts(context, objective, coarse.windowSeconds, (name) => summed(context, objective, name, coarse.windowSeconds, fine)),
    },
    {
      name: `${name}-slow`,
      // Below the five minutes for which Prometheus keeps a value alive.
      interval: "2m",
      rules: [
        ...alertWindows.filter((seconds) => seconds >= slowFromSeconds).flatMap(recorded),
        ...summedRules(context, objective, period, coarse),
        ...objectiveRules(context, objective),
        burnAlert(context, objective, "warning"),
      ],
    },
  ];
}

/** Bad events, events and their ratio in one window. */
function windowRules(context: AlertContext, objective: Objective, seconds: number): RecordingRule[] {
  if (seconds > longestCountedSeconds) return summedRules(context, objective, seconds, seconds < slowFromSeconds ? fine : coarse);
  const queries = { events, bad_events: badEvents };
  return [...counts(context, objective, seconds, (name) => queries[name](context, objective, seconds)), ratio(context, objective, seconds)];
}

function summedRules(context: AlertContext, objective: Objective, seconds: number, base: Base): RecordingRule[] {
  return [...counts(context, objective, seconds, (name) => summed(context, objective, name, seconds, base)), ratio(context, objective, seconds)];
}

type Count = "events" | "bad_events";

function counts(context: AlertContext, objective: Objective, seconds: number, query: (name: Count) => string): RecordingRule[] {
  const labels = objectiveLabels(context, objective);
  return (["events", "bad_events"] as const).map((name) => ({ record: `slo:${name}:increase${duration(seconds)}`, expr: query(name), labels }));
}

function summed(context: AlertContext, objective: Objective, name: Count, seconds: number, base: Base): string {
  const counted = recordedSeries(context, objective, `slo:${name}:increase${duration(base.windowSeconds)}`);
  const overlap = base.intervalSeconds / base.windowSeconds;
  return `sum_over_time(${counted}[${duration(seconds)}])${overlap === 1 ? "" : ` * ${plain(overlap)}`}`;
}

/** The ratio is missing, not 0, when nothing happened. */
function ratio(context: AlertContext, objective: Objective, seconds: number): RecordingRule {
  const series = (name: Count) => recordedSeries(context, objective, `slo:${name}:increase${duration(seconds)}`);
  return {
    record: `slo:error_ratio:${duration(seconds)}`,
    expr: `${series("bad_events")} / (${series("events")} > 0)`,
    labels: objectiveLabels(context, objective),
  };
}

/** What was promised, and how it stands. */
function objectiveRules(context: AlertContext, objective: Objective): RecordingRule[] {
  const labels = objectiveLabels(context, objective);
  const period = duration(objective.windowDays * day);
  const series = (name: string) => recordedSeries(context, objective, name);
  const budget = plain(objective.budget);
  return [
    { record: "slo:objective:ratio", expr: `vector(${plain(1 - objective.budget)})`, labels },
    { record: "slo:error_budget:ratio", expr: `vector(${budget})`, labels },
    { record: "slo:period:days", expr: `vector(${objective.windowDays})`, labels },
    { record: "slo:burn_rate:current", expr: `${series("slo:error_ratio:1h")} / ${budget}`, labels },
    { record: "slo:burn_rate:period", expr: `${series(`slo:error_ratio:${period}`)} / ${budget}`, labels },
    { record: "slo:error_budget_left:ratio", expr: `1 - ${series(`slo:error_ratio:${period}`)} / ${budget}`, labels },
  ];
}
