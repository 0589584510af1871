import { dashboard } from "./dashboard.ts";
import type { DashboardOptions } from "./options.ts";
import { lines, type Made, numbers } from "./panel.ts";
import { rate } from "./query.ts";

/** Traefik as callers meet it, and the certificate it shows them. */
export function edgeDashboard(options: DashboardOptions) {
  return dashboard(options, "edge", [
    { title: "Requests at the edge", panels: requests(options) },
    { title: "Certificate", panels: certificate(options) },
  ]);
}

/**
 * Series of the service in Traefik, which names it namespace, name and port of its Kubernetes Service. An operator's ServiceMonitor
 * keeps the label `service` for itself, and moves Traefik's own to `exported_service`.
 */
function traefik(metric: string, more = ""): string {
  const name = '=~"$namespace-$service-[a-z0-9]+@kubernetes.*"';
  const of = (label: string) => rate(`traefik_service_${metric}{${label}${name}${more && `, ${more}`}}`);
  return `(${of("service")} or ${of("exported_service")})`;
}

function requests({ objectives: { availability, latency } }: DashboardOptions): Made[] {
  const duration = (share: number) => `histogram_quantile(${share}, sum by (le) (${traefik("request_duration_seconds_bucket")}))`;
  const all = `sum(${traefik("requests_total")})`;
  return [
    lines({
      title: "Requests at the edge by status",
      description: "Requests per second by the status that callers got. More 5xx than the service itself counts: its pods were not reached.",
      unit: "reqps",
      queries: { "{{code}}": `sum by (code) (${traefik("requests_total")})` },
      noValue: "no requests",
    }),
    lines({
      title: "Failed at the edge",
      description: "Share of requests that callers saw fail with a 5xx, whoever made it: the service, or Traefik in its place.",
      unit: "percentunit",
      queries: { failed: `(sum(${traefik("requests_total", 'code=~"5.."')}) or 0 * ${all}) / ${all}` },
      ...(availability && { limits: [{ value: Number((1 - availability.target / 100).toPrecision(6)), color: "red" as const }] }),
      noValue: "no requests",
    }),
    lines({
      title: "Duration at the edge",
      description: "Half and 99 % of requests are quicker than this, body and network to the pod included.",
      unit: "s",
      queries: { median: duration(0.5), "99 %": duration(0.99) },
      ...(latency && { limits: [{ value: latency.thresholdMilliseconds / 1000, color: "red" as const }] }),
      noValue: "no requests",
    }),
    lines({
      title: "Bytes at the edge",
      description: "Bytes per second that callers send and get. An upload or a scrape of everything shows here first.",
      unit: "Bps",
      queries: { "from callers": `sum(${traefik("requests_bytes_total")})`, "to callers": `sum(${traefik("responses_bytes_total")})` },
      span: 12,
      noValue: "no requests",
    }),
    lines({
      title: "Methods at the edge",
      description: "Requests per second by method and protocol. A method the service has not is answered with 405.",
      unit: "reqps",
      queries: { "{{method}} {{protocol}}": `sum by (method, protocol) (${traefik("requests_total")})` },
      span: 12,
      noValue: "no requests",
    }),
  ];
}

function certificate({ thresholds, edge }: DashboardOptions): Made[] {
  // Scraped without honorLabels, as by default, the certificate's namespace becomes `exported_namespace` and `namespace` is cert-manager's own.
  const of = (metric: string, more = "") =>
    ["namespace", "exported_namespace"]
      .map((label) => `certmanager_certificate_${metric}{${label}="$namespace", name="${edge!.certificate}"${more && `, ${more}`}}`)
      .join(" or ");
  const day = 86_400;
  return [
    numbers({
      title: "Certificate ends in",
      description: `Time until callers refuse it. cert-manager renews it 30 days before; under ${thresholds.certificateDays} days that has failed, under ${thresholds.certificateCriticalDays} it pages.`,
      unit: "s",
      queries: { left: `min(${of("expiration_timestamp_seconds")}) - time()` },
      below: "red",
      limits: [
        { value: thresholds.certificateCriticalDays * day, color: "orange" },
        { value: thresholds.certificateDays * day, color: "green" },
      ],
      alerts: ["CertificateExpiringSoon"],
      noValue: "no cert-manager",
    }),
    numbers({
      title: "Certificate is ready",
      description: "1 when cert-manager has issued it. At 0 callers see the old one while it lasts, or the controller's own.",
      unit: "short",
      queries: { ready: `max(${of("ready_status", 'condition="True"')})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      alerts: ["CertificateNotReady"],
      noValue: "no cert-manager",
    }),
    numbers({
      title: "Next renewal",
      description: "Time until cert-manager renews it. Below 0 the renewal is due and has not worked.",
      unit: "s",
      queries: { renewal: `min(${of("renewal_timestamp_seconds")}) - time()` },
      below: "red",
      limits: [{ value: 0, color: "green" }],
      noValue: "not planned",
    }),
  ];
}
