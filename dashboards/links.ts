import { type DashboardLink, DashboardLinkBuilder, DashboardLinkType } from "@grafana/grafana-foundation-sdk/dashboard";
import type { DashboardOptions } from "./options.ts";
import { chosen } from "./query.ts";
import { type Subject, subjectsOf, titleOf } from "./subjects.ts";
import { dashboardUid } from "./uid.ts";

/** To the other dashboards of the service, with time and variables, and to its runbooks. */
export function dashboardLinks(options: DashboardOptions, subject: Subject): DashboardLinkBuilder[] {
  const others = subjectsOf(options).filter((other) => other !== subject);
  return [
    ...others.map((other) =>
      link(titleOf(options, other), `/d/${dashboardUid(options.namespace, options.service, other)}`)
        .includeVars(true)
        .keepTime(true),
    ),
    ...(options.runbookBaseUrl ? [outside("Runbooks", `${base(options.runbookBaseUrl)}/README.md`)] : []),
  ];
}

/** From a panel to what to do when its alert fires. */
export function runbookLinks({ runbookBaseUrl }: DashboardOptions, alerts: string[]): DashboardLinkBuilder[] {
  return runbookBaseUrl ? alerts.map((alert) => outside(`Runbook: ${alert}`, `${base(runbookBaseUrl)}/${alert}.md`)) : [];
}

/** To the logs of the service at the panel's time. */
export function logsLink(query: string): DashboardLinkBuilder {
  return outside("Logs of this time", exploration(chosen("loki"), { expr: query, queryType: "range" }));
}

/** To traces of the service that took at least so long. */
export function tracesLink(minimumMilliseconds: number): DashboardLinkBuilder {
  const search = { queryType: "search", service: "$service", minDuration: `${minimumMilliseconds}ms`, limit: 20 };
  return outside("Slow traces of this time", exploration(chosen("traces"), search));
}

/** From a trace ID in a log line to its trace. Plain data, as an override of a field takes it. */
export function traceOfLine(): Partial<DashboardLink> {
  return { title: "Trace", url: exploration(chosen("traces"), { query: chosen("__value.raw") }), targetBlank: true };
}

/** Grafana's Explore, with the time of the dashboard. Braces and quotes are encoded, Grafana's own variables must not be. */
function exploration(datasource: string, query: object): string {
  const pane = { datasource, queries: [{ refId: "A", datasource: { uid: datasource }, ...query }], range: { from: "$__from", to: "$__to" } };
  const text = encodeURIComponent(JSON.stringify({ a: pane }))
    .replaceAll("%24%7B", "${")
    .replaceAll("%24", "$");
  return `/explore?schemaVersion=1&orgId=1&panes=${text.replaceAll(/(\$\{[\w.]+)%7D/g, "$1}")}`;
}

function link(title: string, url: string) {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url);
}

const outside = (title: string, url: string) => link(title, url).targetBlank(true);
const base = (url: string) => url.replace(/\/+$/, "");
