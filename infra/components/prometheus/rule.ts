/** A series that Prometheus computes and keeps. */
export interface RecordingRule {
  record: string;
  expr: string;
  labels?: Record<string, string>;
}

/** An expression that, while it has a result, is an alert. */
export interface AlertingRule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** Rules that are evaluated one after the other at the same time, so that a later one sees what an earlier one recorded. */
export interface RuleGroup {
  name: string;
  interval?: string;
  rules: (RecordingRule | AlertingRule)[];
}

/** The content of a rule file, and of a PrometheusRule's `spec`. */
export interface RuleFile {
  groups: RuleGroup[];
}
