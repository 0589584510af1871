import { hold } from "../prometheus/hold.ts";
import { anyOf, durationText, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";

/** One exporter's silence makes every alert on it silent. */
export function exporterAlerts(subject: AlertSubject, jobs: readonly string[]) {
  const { namespace } = subject;
  if (jobs.length === 0) return [];
  const watched = selector({ job: anyOf(jobs), namespace });
  // `absent` gives no label for a choice of jobs, so each is asked for by itself.
  const missing = jobs.map((job) => `absent(up${selector({ job, namespace })})`).join(" or ");
  return alerts(subject, [
    {
      name: "ExporterDown",
      severity: "warning",
      dashboard: "resources",
      expr: `max by (job) (up${watched}) == 0 or ${missing}`,
      for: hold.burst,
      summary: `{{ $labels.job }} in ${namespace} reports nothing.`,
      description: `Prometheus has not read {{ $labels.job }} for ${durationText(hold.burst)}. What it watches may be well, but no alert about it can fire.`,
    },
  ]);
}
