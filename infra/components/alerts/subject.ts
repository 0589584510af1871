import { type AlertContext, type AlertDefinition, alert } from "../prometheus/alert.ts";
import type { AlertingRule } from "../prometheus/rule.ts";
import type { AlertThresholds } from "./thresholds.ts";

/** What the alerts of every subject need. */
export interface AlertSubject extends AlertContext {
  thresholds: Required<AlertThresholds>;
}

export function alerts(subject: AlertSubject, definitions: (AlertDefinition | false | undefined)[]): AlertingRule[] {
  return definitions.filter((definition) => definition !== false && definition !== undefined).map((definition) => alert(subject, definition));
}
