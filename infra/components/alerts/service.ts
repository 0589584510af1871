import { hold } from "../prometheus/hold.ts";
import { duration, durationText, growth, percent, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedService } from "./watched.ts";

/** Ten minutes without a request end an hour with them. */
const silence = { window: hold.burst, before: 3600, confirmed: 2 * hold.secondLook };

/** Over which shares of decisions are taken, and waiting requests averaged. */
const windowSeconds = 300;

/** Causes inside the application, as it reports them itself. */
export function serviceAlerts(subject: AlertSubject, watched: WatchedService) {
  const { namespace, service, thresholds } = subject;
  const target = selector({ job: watched.name, namespace });
  const having = (labels: Record<string, string>) => selector({ job: watched.name, namespace, ...labels });
  const requests = `http_request_duration_seconds_count${target}`;
  const decisions = (labels: Record<string, string>) => `sum(${growth(`ratelimit_decisions_total${having(labels)}`, target, windowSeconds)})`;
  return alerts(subject, [
    {
      name: "AppTargetDown",
      severity: "warning",
      dashboard: "service",
      expr: `up${target} == 0`,
      for: hold.restart,
      summary: `A pod of ${service} in ${namespace} answers no scrape.`,
      description: `Prometheus has not reached {{ $labels.instance }} for ${durationText(hold.restart)}. The other pods may serve, but what this one does is seen by no alert.`,
    },
    {
      name: "AppNoTraffic",
      severity: "critical",
      dashboard: "service",
      // Errors before the service (DNS, certificate, Ingress) make no 5xx here: all that shows is silence. With no target up it is
      // AppMetricsAbsent that speaks, not this.
      expr:
        `(sum(rate(${requests}[${duration(silence.window)}])) or vector(0)) == 0 ` +
        `and sum(rate(${requests}[${duration(silence.before)}] offset ${duration(silence.window)})) > ${thresholds.trafficPerSecond} ` +
        `and on () count(up${target} == 1) > 0`,
      for: silence.confirmed,
      summary: `${service} in ${namespace} gets no requests any more.`,
      description:
        `No request for ${durationText(silence.window)}, after ${durationText(silence.before)} with more than ${thresholds.trafficPerSecond} per second. ` +
        "The pods are up, so callers probably fail before they reach them: DNS, certificate, Ingress or network policy.",
    },
    {
      name: "AppEventLoopLagHigh",
      severity: "warning",
      dashboard: "service",
      expr: `nodejs_eventloop_lag_p99_seconds${target} > ${thresholds.eventLoopLagSeconds}`,
      for: hold.burst,
      summary: `The event loop of a pod of ${service} in ${namespace} is blocked.`,
      description: `In {{ $labels.instance }} 1 % of turns come {{ $value | humanizeDuration }} or more apart, threshold ${thresholds.eventLoopLagSeconds} s. Every request in that pod waits.`,
    },
    {
      name: "AppDbPoolSaturated",
      severity: "warning",
      dashboard: "service",
      expr: `avg_over_time(db_pool_connections${having({ state: "waiting" })}[${duration(windowSeconds)}]) >= ${thresholds.databasePoolWaiting}`,
      for: hold.restart,
      summary: `Requests of ${service} in ${namespace} wait for a database connection.`,
      description: `In {{ $labels.instance }} {{ $value | humanize }} requests wait on average, threshold ${thresholds.databasePoolWaiting}. Callers wait, and get errors when the wait times out.`,
    },
    watched.sharedRateLimiter && {
      name: "AppRateLimiterStoreDown",
      severity: "warning",
      dashboard: "service",
      expr: `${decisions({ source: "local" })} / (${decisions({})} > 0) > ${thresholds.localLimiterShare}`,
      for: hold.restart,
      summary: `Rate limits of ${service} in ${namespace} are not shared.`,
      description: `{{ $value | humanizePercentage }} of limiter decisions were made without Redis, threshold ${percent(thresholds.localLimiterShare)}. Limits are approximate: nobody is refused wrongly, but a caller may get more than its quota.`,
    },
  ]);
}
