import { type AlertSubject, alerts } from "./subject.ts";

/** Always firing: its absence at the receiver shows that Prometheus, Alertmanager or the way to people is broken. */
export function watchdogAlerts(subject: AlertSubject) {
  return alerts(subject, [
    {
      name: "Watchdog",
      severity: "info",
      dashboard: "service",
      expr: "vector(1)",
      summary: `Alerts of ${subject.service} in ${subject.namespace} are delivered.`,
      description: "It fires always, by purpose. Route it to a heartbeat receiver that calls people when it stops.",
    },
  ]);
}
