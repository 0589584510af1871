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

/** What the alerts of one service share. */
export interface AlertContext {
  /** Namespace of the service. */
  namespace: string;
  /** Name of the service, and the `job` label of its series. */
  service: string;
  runbookBaseUrl: string;
  dashboardUrl?: string;
}

export interface AlertDefinition {
  /** Also the name of its page in `docs/runbooks/`. */
  name: string;
  severity: Severity;
  expr: string;
  /** How long it must hold. Left out, one evaluation is enough. */
  for?: string;
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
  return {
    alert: definition.name,
    expr: definition.expr,
    ...(definition.for && { for: definition.for }),
    labels: { ...definition.labels, namespace: context.namespace, service: context.service, severity: definition.severity },
    annotations: {
      summary: definition.summary,
      description: definition.description,
      runbook_url: `${context.runbookBaseUrl.replace(/\/$/, "")}/${definition.name}.md`,
      ...(context.dashboardUrl && { dashboard_url: context.dashboardUrl }),
    },
  };
}

/** What is wrong with the addresses that alerts carry. */
export function addressProblems(addresses: Record<string, string | undefined>): (string | false)[] {
  return Object.entries(addresses).map(
    ([argument, value]) => value !== undefined && !/^https?:\/\/[^\s/]+/.test(value) && `${argument} "${value}" is no address; write it as https://host/path.`,
  );
}
