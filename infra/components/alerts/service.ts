import { growth, percent, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedService } from "./watched.ts";

/** Causes inside the application, as it reports them itself. */
export function serviceAlerts(subject: AlertSubject, watched: WatchedService) {
  const { namespace, service, thresholds } = subject;
  const target = selector({ job: watched.name, namespace });
  const having = (labels: Record<string, string>) => selector({ job: watched.name, namespace, ...labels });
  const requests = `http_request_duration_seconds_count${target}`;
  const decisions = (labels: Record<string, string>) => `sum(${growth(`ratelimit_decisions_total${having(labels)}`, target, 300)})`;
  return alerts(subject, [
    {
      name: "AppTargetDown",
      severity: "warning",
      expr: `up${target} == 0`,
      for: "5m",
      summary: `A pod of ${service} in ${namespace} answers no scrape.`,
      description: `Prometheus has not reached {{ $labels.instance }} for 5 minutes. The other pods may serve, but what this one does is seen by no alert.`,
    },
    {
      name: "AppNoTraffic",
      severity: "critical",
      // Errors before the service (DNS, certificate, Ingress) make no 5xx here: all that shows is silence. With no target up it is
      // AppMetricsAbsent that speaks, not this.
      expr:
        `(sum(rate(${requests}[10m])) or vector(0)) == 0 and sum(rate(${requests}[1h] offset 10m)) > ${thresholds.trafficPerSecond} ` +
        `and on () count(up${target} == 1) > 0`,
      for: "2m",
      summary: `${service} in ${namespace} gets no requests any more.`,
      description:
        `No request for 10 minutes, after an hour with more than ${thresholds.trafficPerSecond} per second. ` +
        "The pods are up, so callers probably fail before they reach them: DNS, certificate, Ingress or network policy.",
    },
    {
      name: "AppEventLoopLagHigh",
      severity: "warning",
      expr: `nodejs_eventloop_lag_p99_seconds${target} > ${thresholds.eventLoopLagSeconds}`,
      for: "10m",
      summary: `The event loop of a pod of ${service} in ${namespace} is blocked.`,
      description: `In {{ $labels.instance }} 1 % of turns come {{ $value | humanizeDuration }} or more apart, threshold ${thresholds.eventLoopLagSeconds} s. Every request in that pod waits.`,
    },
    {
      name: "AppDbPoolSaturated",
      severity: "warning",
      expr: `avg_over_time(db_pool_connections${having({ state: "waiting" })}[5m]) >= ${thresholds.databasePoolWaiting}`,
      for: "5m",
      summary: `Requests of ${service} in ${namespace} wait for a database connection.`,
      description: `In {{ $labels.instance }} {{ $value | humanize }} requests wait on average, threshold ${thresholds.databasePoolWaiting}. Callers wait, and get errors when the wait times out.`,
    },
    {
      name: "AppDependencyDown",
      severity: "warning",
      expr: `max by (dependency) (dependency_up${target}) == 0`,
      for: "5m",
      summary: `${service} in ${namespace} can't reach {{ $labels.dependency }}.`,
      description:
        "No pod has reached {{ $labels.dependency }} for 5 minutes. Without Postgres no pod is ready; without Redis the service answers, " +
        "slower and with limits counted in each pod. If the exporter reports it up, the network or the log-in is at fault.",
    },
    watched.sharedRateLimiter && {
      name: "AppRateLimiterStoreDown",
      severity: "warning",
      expr: `${decisions({ source: "local" })} / (${decisions({})} > 0) > ${thresholds.localLimiterShare}`,
      for: "5m",
      summary: `Rate limits of ${service} in ${namespace} are not shared.`,
      description: `{{ $value | humanizePercentage }} of limiter decisions were made without Redis, threshold ${percent(thresholds.localLimiterShare)}. Limits are approximate: nobody is refused wrongly, but a caller may get more than its quota.`,
    },
  ]);
}
