import type { AlertContext } from "../prometheus/alert.ts";
import { duration, plain } from "../prometheus/promql.ts";
import type { RecordingRule, RuleFile } from "../prometheus/rule.ts";
import { burnAlert, metricsAbsent, ratioDataAbsent } from "./alerts.ts";
import { alertWindows } from "./burn-rate.ts";
import { badEvents, events } from "./events.ts";
import type { Objective } from "./objective.ts";
import { objectiveLabels, recordedSeries } from "./series.ts";

const day = 86_400;

/** Window of the counts that all long windows are summed from. Ten scrapes of 30 s: a lost one changes little. */
const baseSeconds = 300;

/** How often the counts are taken; the sums over long windows divide by it, so the group states it and no global setting counts. */
const intervalSeconds = 30;

/** Windows up to this are counted from the raw series. A sum of five-minute counts lags by minutes, which a page can't afford. */
const longestRawSeconds = 3600;

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
  const windows = [...alertWindows, objective.windowDays * day];
  const recorded = (seconds: number) => windowRules(context, objective, seconds);
  const name = `${context.service}-${objective.name}`;
  return [
    {
      name: `${name}-fast`,
      interval: duration(intervalSeconds),
      rules: [...windows.filter((seconds) => seconds < slowFromSeconds).flatMap(recorded), burnAlert(context, objective, "critical")],
    },
    {
      name: `${name}-slow`,
      // Below the five minutes for which Prometheus keeps a value alive.
      interval: "2m",
      rules: [
        ...windows.filter((seconds) => seconds >= slowFromSeconds).flatMap(recorded),
        ...objectiveRules(context, objective),
        burnAlert(context, objective, "warning"),
      ],
    },
  ];
}

/** Bad events, events and their ratio in one window. The ratio is missing, not 0, when nothing happened. */
function windowRules(context: AlertContext, objective: Objective, seconds: number): RecordingRule[] {
  const labels = objectiveLabels(context, objective);
  const window = duration(seconds);
  const series = (name: string) => recordedSeries(context, objective, name);
  const sum = (name: string) => `sum_over_time(${series(`slo:${name}:increase${duration(baseSeconds)}`)}[${window}]) * ${plain(intervalSeconds / baseSeconds)}`;
  const raw = seconds <= longestRawSeconds;
  return [
    { record: `slo:events:increase${window}`, expr: raw ? events(context, objective, seconds) : sum("events"), labels },
    { record: `slo:bad_events:increase${window}`, expr: raw ? badEvents(context, objective, seconds) : sum("bad_events"), labels },
    {
      record: `slo:error_ratio:${window}`,
      expr: `${series(`slo:bad_events:increase${window}`)} / (${series(`slo:events:increase${window}`)} > 0)`,
      labels,
    },
  ];
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
