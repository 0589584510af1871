import { dashboard } from "./dashboard.ts";
import { dependencies } from "./dependencies.ts";
import { logsLink, tracesLink } from "./links.ts";
import { troubleLines, troubleQuery } from "./logs.ts";
import type { DashboardOptions } from "./options.ts";
import { lines, type Made, numbers } from "./panel.ts";
import { ofService, quantile, rate } from "./query.ts";
import { webSocket } from "./web-socket.ts";

const requests = rate(`http_request_duration_seconds_count${ofService()}`);
const failures = rate(`http_request_duration_seconds_count${ofService('status_code=~"5.."')}`);
const duration = (share: number, by = "") => quantile(share, "http_request_duration_seconds", ofService(), by);

/** The service as its callers and its process see it. */
export function serviceDashboard(options: DashboardOptions) {
  return dashboard(options, "service", [
    { title: "Requests", panels: requestPanels(options) },
    { title: "Saturation", panels: saturation(options) },
    { title: "Rate limiter and cache", panels: limiterAndCache(options) },
    { title: "Dependencies", panels: dependencies() },
    { title: "WebSocket", panels: options.webSocket ? webSocket(options) : [] },
    { title: "Logs and traces", panels: [...(options.traces ? [spans(options)] : []), ...(options.logs ? [troubleLines(options)] : [])] },
  ]);
}

function requestPanels({ objectives: { availability, latency }, logs, traces }: DashboardOptions): Made[] {
  const slow = latency?.thresholdMilliseconds;
  const threshold = slow === undefined ? {} : { limits: [{ value: slow / 1000, color: "red" as const }] };
  const toLogs = logs ? [logsLink(troubleQuery)] : [];
  const toTraces = traces ? [tracesLink(slow ?? 1000)] : [];
  return [
    lines({
      title: "Requests by route",
      description: "Requests per second by route template. Silence after traffic means that callers fail before they arrive.",
      unit: "reqps",
      queries: { "{{method}} {{route}}": `sum by (method, route) (${requests})` },
      alerts: ["AppNoTraffic", "AppTargetDown"],
      noValue: "no requests",
    }),
    lines({
      title: "Failed requests by route",
      description: `Share of requests answered with a 5xx. A route without a line has not failed.${
        availability ? " The line is what the objective allows on average." : ""
      }`,
      unit: "percentunit",
      queries: { "{{method}} {{route}}": `sum by (method, route) (${failures}) / sum by (method, route) (${requests})` },
      ...(availability && { limits: [{ value: Number((1 - availability.target / 100).toPrecision(6)), color: "red" as const }] }),
      dataLinks: toLogs,
      noValue: "none failed",
    }),
    lines({
      title: "Answers by status",
      description: "Requests per second by status. 429 is the rate limiter; 499 is a client that left.",
      unit: "reqps",
      queries: { "{{status_code}}": `sum by (status_code) (${requests})` },
      dataLinks: toLogs,
      noValue: "no requests",
    }),
    lines({
      title: "Duration",
      description: `Half and 99 % of requests are quicker than this.${slow === undefined ? "" : " The line is the threshold of the latency objective."}`,
      unit: "s",
      queries: { median: duration(0.5), "99 %": duration(0.99) },
      ...threshold,
      exemplar: traces,
      dataLinks: toTraces,
      noValue: "no requests",
    }),
    lines({
      title: "Duration by route, 99 %",
      description: "99 % of a route's requests are quicker than this. A slow route hides behind quick ones in the panel beside.",
      unit: "s",
      queries: { "{{route}}": duration(0.99, "route") },
      ...threshold,
      exemplar: traces,
      dataLinks: toTraces,
      noValue: "no requests",
    }),
    lines({
      title: "Requests in flight",
      description: "Requests being served, by pod. It grows when answers take longer than requests come.",
      unit: "short",
      queries: { "{{pod}}": `max by (pod) (http_requests_in_flight${ofService()})` },
    }),
  ];
}

function saturation({ thresholds }: DashboardOptions): Made[] {
  return [
    lines({
      title: "Event loop lag, 99 %",
      description: "How long a turn of the event loop waits, by pod. Every request in the pod waits as long. The line is the alert's.",
      unit: "s",
      queries: { "{{pod}}": `max by (pod) (nodejs_eventloop_lag_p99_seconds${ofService()})` },
      limits: [{ value: thresholds.eventLoopLagSeconds, color: "red" }],
      alerts: ["AppEventLoopLagHigh"],
      span: 6,
    }),
    lines({
      title: "Event loop utilization",
      description: "Share of time the event loop is busy, by pod. Near 1 the process can do no more, whatever its CPU limit.",
      unit: "percentunit",
      queries: { "{{pod}}": `max by (pod) (nodejs_eventloop_utilization${ofService()})` },
      max: 1,
      span: 6,
    }),
    lines({
      title: "Database pool",
      description: "Connections of the pod that has most of them, open and idle. With none idle the next query waits.",
      unit: "short",
      queries: { "{{state}}": `max by (state) (db_pool_connections${ofService('state!="waiting"')})` },
      span: 6,
    }),
    lines({
      title: "Waiting for a connection",
      description: "Queries that wait for a database connection, by pod. Who waits for too long gets an error. The line is the alert's.",
      unit: "short",
      queries: { "{{pod}}": `max by (pod) (db_pool_connections${ofService('state="waiting"')})` },
      limits: [{ value: thresholds.databasePoolWaiting, color: "red" }],
      alerts: ["AppDbPoolSaturated"],
      span: 6,
    }),
  ];
}

function limiterAndCache({ thresholds }: DashboardOptions): Made[] {
  const decisions = (more = "") => rate(`ratelimit_decisions_total${ofService(more)}`);
  return [
    lines({
      title: "Rate limiter decisions",
      description: "Decisions per second by tier. Denied requests get a 429.",
      unit: "reqps",
      queries: { "{{tier}} {{decision}}": `sum by (tier, decision) (${decisions()})` },
      noValue: "no requests",
    }),
    lines({
      title: "Decisions without the shared store",
      description: "Share of decisions made without Redis: limits are then approximate. The line is the alert's.",
      unit: "percentunit",
      queries: { local: `sum(${decisions('source="local"')}) / sum(${decisions()})` },
      limits: [{ value: thresholds.localLimiterShare, color: "red" }],
      alerts: ["AppRateLimiterStoreDown"],
      noValue: "none",
    }),
    lines({
      title: "Cache look-ups",
      description: "Look-ups per second by cache and result. Errors cost a question to Postgres, as misses do.",
      unit: "reqps",
      queries: { "{{cache}} {{result}}": `sum by (cache, result) (${rate(`cache_requests_total${ofService()}`)})` },
      noValue: "no requests",
    }),
  ];
}

function spans({ thresholds }: DashboardOptions): Made {
  const lost = `sum(${rate(`tracing_spans_dropped_total${ofService()}`)})`;
  return numbers({
    title: "Spans lost",
    description: "Share of recorded spans that were dropped instead of exported. No caller notices; a trace is missing when somebody looks for it.",
    unit: "percentunit",
    queries: { lost: `${lost} / (${lost} + (sum(${rate(`tracing_spans_exported_total${ofService()}`)}) or vector(0)) > 0)` },
    limits: [{ value: thresholds.spansDropped, color: "red" }],
    alerts: ["AppTracesDropped"],
    span: 6,
    noValue: "none recorded",
  });
}
