import { dashboardSubjects } from "../../infra/components/prometheus/alert.ts";
import { causeCases } from "./cases/all.ts";
import { objectiveCases } from "./cases/objectives.ts";
import { casesOf } from "./coverage.ts";
import { alertsOf, causeRules, context, everyObjective } from "./subject.ts";

/** One alert, and what promtool has shown about it. */
export interface AlertRow {
  name: string;
  severity: string;
  /** The dashboard that it leads to. */
  subject: string;
  /** Tells rules of one name apart: `redis`, `objective`. */
  labels: Record<string, string>;
  /** Situations in which it fires. */
  fires: string[];
  /** Situations in which it stays silent. */
  silent: string[];
}

const cases = [...objectiveCases, ...causeCases];
const ownLabels = ["redis", "objective"];

/** Every alert of a service with everything watched, in the order of the rule files. */
export function alertTable(): AlertRow[] {
  return [...alertsOf(everyObjective), ...alertsOf(causeRules())].map((rule) => {
    const own = casesOf(rule, cases);
    const situations = (fires: boolean) => own.filter((row) => row.fires === fires).map(({ situation }) => situation);
    return {
      name: rule.alert,
      severity: rule.labels.severity!,
      subject: dashboardSubjects.find((subject) => rule.annotations.dashboard_url === context.dashboardUrls[subject])!,
      labels: Object.fromEntries(Object.entries(rule.labels).filter(([label]) => ownLabels.includes(label))),
      fires: situations(true),
      silent: situations(false),
    };
  });
}
