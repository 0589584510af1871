import { hold } from "../prometheus/hold.ts";
import { anyOf, duration, durationText, growth, percent, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedService, WatchedWorker } from "./watched.ts";

/** In which an open breaker shows at least once: between two tries it reports half-open for a moment, and a scrape may meet that. */
const breakerWindowSeconds = 120;

const spansWindowSeconds = hold.burst;

/** What the application, and its worker, say about those they depend on. */
export function dependencyAlerts(subject: AlertSubject, watched: WatchedService, worker: WatchedWorker | undefined) {
  const { namespace, service, thresholds } = subject;
  const target = selector({ job: worker ? anyOf([watched.name, worker.job]) : watched.name, namespace });
  const spans = (outcome: string) => `sum(${growth(`tracing_spans_${outcome}_total${target}`, target, spansWindowSeconds)})`;
  return alerts(subject, [
    {
      name: "AppDependencyDown",
      severity: "warning",
      dashboard: "service",
      expr: `max by (dependency) (dependency_up${target}) == 0`,
      for: hold.restart,
      summary: `${service} in ${namespace} can't reach {{ $labels.dependency }}.`,
      description:
        `No pod has reached {{ $labels.dependency }} for ${durationText(hold.restart)}. Without Postgres no pod is ready; without Redis the service answers, ` +
        "slower and with limits counted in each pod. If the exporter reports it up, the network or the log-in is at fault.",
    },
    {
      name: "AppCircuitBreakerOpen",
      severity: "warning",
      dashboard: "service",
      expr: `count by (name) (max_over_time(circuit_breaker_state${target}[${duration(breakerWindowSeconds)}]) == 2)`,
      for: hold.restart,
      summary: `${service} in ${namespace} has stopped calling {{ $labels.name }}.`,
      description:
        `The circuit breaker of {{ $labels.name }} has been open in {{ $value }} pods for ${durationText(hold.restart)}: calls are refused without a try, ` +
        "since too many failed. Callers get what the service can say without it, which for Postgres is an error.",
    },
    watched.traces && {
      name: "AppTracesDropped",
      severity: "warning",
      dashboard: "service",
      // A collector that is gone leaves no exported spans at all: that is 0, not unknown.
      expr: `${spans("dropped")} / (${spans("dropped")} + (${spans("exported")} or vector(0)) > 0) > ${thresholds.spansDropped}`,
      for: hold.burst,
      summary: `Traces of ${service} in ${namespace} are lost.`,
      description: `{{ $value | humanizePercentage }} of spans were dropped instead of exported, threshold ${percent(thresholds.spansDropped)}. No caller notices; whoever looks for the cause of a slow request finds no trace of it.`,
    },
  ]);
}
