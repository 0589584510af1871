import { hold } from "../prometheus/hold.ts";
import { durationText, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedCertificate } from "./watched.ts";

/** A certificate, by cert-manager's metrics. */
export function certificateAlerts(subject: AlertSubject, watched: WatchedCertificate) {
  const { namespace, service, thresholds } = subject;
  // Scraped without honorLabels, as by default, the certificate's namespace becomes `exported_namespace` and `namespace` is cert-manager's own.
  const series = (metric: string, labels: Record<string, string> = {}) =>
    ["exported_namespace", "namespace"].map((label) => `${metric}${selector({ [label]: namespace, name: watched.name, ...labels })}`).join(" or ");
  const left = `min(${series("certmanager_certificate_expiration_timestamp_seconds")}) - time()`;
  const expiring = (severity: "warning" | "critical", days: number) =>
    ({
      name: "CertificateExpiringSoon",
      severity,
      dashboard: "edge",
      expr: `${left} < ${days} * 86400`,
      for: severity === "critical" ? hold.restart : hold.days,
      summary: `The certificate ${watched.name} of ${service} in ${namespace} ends soon.`,
      description: `It ends in {{ $value | humanizeDuration }}, threshold ${days} days; its renewal has failed since before that. When it has ended every caller is refused by its own client.`,
    }) as const;
  return alerts(subject, [
    expiring("warning", thresholds.certificateDays),
    expiring("critical", thresholds.certificateCriticalDays),
    {
      name: "CertificateNotReady",
      severity: "warning",
      dashboard: "edge",
      expr: `max(${series("certmanager_certificate_ready_status", { condition: "True" })}) == 0`,
      for: hold.background,
      summary: `The certificate ${watched.name} of ${service} in ${namespace} is not issued.`,
      description: `cert-manager has not made it ready for ${durationText(hold.background)}. Callers see the old certificate while it lasts, or the Ingress controller's own, which they don't trust.`,
    },
  ]);
}
