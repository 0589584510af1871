import { duration } from "./promql.ts";
import type { AlertingRule } from "./rule.ts";

/** How soon somebody must look. */
export const Severity = {
  /** Users are hurt now, or will be within hours and nothing mends itself: wakes a person. */
  critical: "critical",
  /** A cause that has hurt nobody yet: a ticket for working hours. */
  warning: "warning",
  /** For machines only. */
  info: "info",
} as const;
export type Severity = (typeof Severity)[keyof typeof Severity];

/** Where the pages of `docs/runbooks/` are read when a stack names no other place. */
export const defaultRunbookBaseUrl = "https://github.com/slipway/slipway/blob/main/docs/runbooks";

/** Dashboards that an alert can lead to, one for each subject. */
export const dashboardSubjects = ["service", "objectives", "postgres", "redis", "worker", "backups", "resources", "edge"] as const;
export type DashboardSubject = (typeof dashboardSubjects)[number];

/** What the alerts of one service share. */
export interface AlertContext {
  /** Namespace of the service. */
  namespace: string;
  /** Name of the service, and the `job` label of its series. */
  service: string;
  runbookBaseUrl: string;
  /** Address of the dashboard of each subject; an alert whose subject is missing leads to none. */
  dashboardUrls?: Partial<Record<DashboardSubject, string>>;
}

export interface AlertDefinition {
  /** Also the name of its page in `docs/runbooks/`. */
  name: string;
  severity: Severity;
  expr: string;
  /** Seconds for which it must hold, from `hold`. Left out, one evaluation is enough. */
  for?: number;
  /** The dashboard that shows its cause. */
  dashboard: DashboardSubject;
  /** One line: what is wrong, with the service's name. */
  summary: string;
  /** Who is hurt, the value found and the threshold. */
  description: string;
  labels?: Record<string, string>;
}

/**
 * The labels `namespace` and `service` are static: an AlertmanagerConfig takes only alerts of its own namespace, and an expression
 * that aggregates the label away would lose its alert without a trace.
 */
export function alert(context: AlertContext, definition: AlertDefinition): AlertingRule {
  const dashboard = context.dashboardUrls?.[definition.dashboard];
  return {
    alert: definition.name,
    expr: definition.expr,
    ...(definition.for && { for: duration(definition.for) }),
    labels: { ...definition.labels, namespace: context.namespace, service: context.service, severity: definition.severity },
    annotations: {
      summary: definition.summary,
      description: definition.description,
      runbook_url: `${context.runbookBaseUrl.replace(/\/$/, "")}/${definition.name}.md`,
      ...(dashboard && { dashboard_url: dashboard }),
    },
  };
}

/** What is wrong with the addresses that alerts carry. */
export function addressProblems({
  runbookBaseUrl,
  dashboardUrls = {},
}: {
  runbookBaseUrl?: string;
  dashboardUrls?: Record<string, string>;
}): (string | false)[] {
  const addresses = Object.entries({ runbookBaseUrl, ...Object.fromEntries(Object.entries(dashboardUrls).map(([key, url]) => [`dashboardUrls.${key}`, url])) });
  return [
    ...addresses.map(
      ([argument, value]) =>
        value !== undefined && !/^https?:\/\/[^\s/]+/.test(value) && `${argument} "${value}" is no address; write it as https://host/path.`,
    ),
    ...Object.keys(dashboardUrls).map(
      (key) =>
        !(dashboardSubjects as readonly string[]).includes(key) &&
        `dashboardUrls.${key} is a subject that no alert has; give addresses for ${dashboardSubjects.join(", ")}.`,
    ),
  ];
}
