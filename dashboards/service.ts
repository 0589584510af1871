import { dashboard } from "./dashboard.ts";
import type { DashboardOptions, ShownObjectives } from "./options.ts";
import { lines, numbers } from "./panel.ts";

const target = '{namespace="$namespace", job="$service"}';
const having = (labels: string) => `{namespace="$namespace", job="$service", ${labels}}`;
const rate = (metric: string, labels = "") => `rate(${metric}${labels ? having(labels) : target}[$__rate_interval])`;
const quantile = (share: number, by = "le") => `histogram_quantile(${share}, sum by (${by}) (${rate("http_request_duration_seconds_bucket")}))`;
const failures = rate("http_request_duration_seconds_count", 'status_code=~"5.."');
const requests = rate("http_request_duration_seconds_count");

/** The service as its callers and its process see it. */
export function serviceDashboard(options: DashboardOptions) {
  return dashboard(options, "service", [
    { title: "Objectives", panels: objectives(options.objectives) },
    { title: "Requests", panels: requestPanels(options) },
    { title: "Saturation", panels: saturation(options) },
    { title: "Rate limiter and cache", panels: limiterAndCache(options) },
    { title: "Dependencies", panels: dependencies() },
  ]);
}

function objectives({ availability, latency, windowDays, pageBurnRate }: ShownObjectives) {
  if (!availability && !latency) return [];
  const promised = [
    ...(availability ? [`${availability.target} % of requests without a 5xx`] : []),
    ...(latency ? [`${latency.target} % of successful requests within ${latency.thresholdMilliseconds} ms`] : []),
  ].join("; ");
  return [
    numbers({
      title: "Error budget left",
      description: `Share of the budget of ${windowDays} days that is not spent. Promised: ${promised}. Below 0 the promise is broken.`,
      unit: "percentunit",
      queries: { "{{objective}}": `slo:error_budget_left:ratio${target}` },
      below: "red",
      limits: [
        { value: 0, color: "orange" },
        { value: 0.25, color: "green" },
      ],
      noValue: "no requests yet",
    }),
    lines({
      title: "Burn rate over an hour",
      description: `How many times faster than promised the budget is spent. 1 spends all of it in ${windowDays} days; the fast alert pages above ${pageBurnRate}.`,
      unit: "none",
      queries: { "{{objective}}": `slo:burn_rate:current${target}` },
      limits: [
        { value: 1, color: "orange" },
        { value: pageBurnRate, color: "red" },
      ],
      noValue: "no requests",
    }),
    lines({
      title: "Error budget left over time",
      description: "Where it falls, something broke the promise; where it rises, an old failure left the window.",
      unit: "percentunit",
      queries: { "{{objective}}": `slo:error_budget_left:ratio${target}` },
      min: undefined,
      noValue: "no requests yet",
    }),
  ];
}

function requestPanels({ objectives: { latency } }: DashboardOptions) {
  return [
    lines({
      title: "Requests by route",
      description: "Requests per second by route template.",
      unit: "reqps",
      queries: { "{{method}} {{route}}": `sum by (method, route) (${requests})` },
      noValue: "no requests",
    }),
    lines({
      title: "Failed requests by route",
      description: "Share of requests answered with a 5xx. A route without a line has not failed.",
      unit: "percentunit",
      queries: { "{{method}} {{route}}": `sum by (method, route) (${failures}) / sum by (method, route) (${requests})` },
      noValue: "none failed",
    }),
    lines({
      title: "Answers by status",
      description: "Requests per second by status. 429 is the rate limiter; 499 is a client that left.",
      unit: "reqps",
      queries: { "{{status_code}}": `sum by (status_code) (${requests})` },
      noValue: "no requests",
    }),
    lines({
      title: "Duration",
      description: "Half and 99 % of requests are quicker than this. The line is the threshold of the latency objective.",
      unit: "s",
      queries: { median: quantile(0.5), "99 %": quantile(0.99) },
      ...(latency && { limits: [{ value: latency.thresholdMilliseconds / 1000, color: "red" }] }),
      noValue: "no requests",
    }),
    lines({
      title: "Duration by route, 99 %",
      description: "99 % of a route's requests are quicker than this.",
      unit: "s",
      queries: { "{{route}}": quantile(0.99, "le, route") },
      ...(latency && { limits: [{ value: latency.thresholdMilliseconds / 1000, color: "red" }] }),
      noValue: "no requests",
    }),
    lines({
      title: "Requests in flight",
      description: "Requests being served, by pod. It grows when answers take longer than requests come.",
      unit: "short",
      queries: { "{{instance}}": `http_requests_in_flight${target}` },
    }),
  ];
}

function saturation({ thresholds }: DashboardOptions) {
  return [
    lines({
      title: "Event loop lag, 99 %",
      description: "How long a turn of the event loop waits, by pod. Every request in the pod waits as long. The line is the alert's.",
      unit: "s",
      queries: { "{{instance}}": `nodejs_eventloop_lag_p99_seconds${target}` },
      limits: [{ value: thresholds.eventLoopLagSeconds, color: "red" }],
    }),
    lines({
      title: "Event loop utilization",
      description: "Share of time the event loop is busy, by pod. Near 1 the process can do no more, whatever its CPU limit.",
      unit: "percentunit",
      queries: { "{{instance}}": `nodejs_eventloop_utilization${target}` },
      max: 1,
    }),
    lines({
      title: "Database pool",
      description:
        "Connections of all pods, and requests that wait for one. Waiting requests mean the pool or the database is too slow; the line is the alert's, for one pod.",
      unit: "short",
      queries: { "{{state}}": `sum by (state) (db_pool_connections${target})`, "at most": `sum(db_pool_connections_max${target})` },
      limits: [{ value: thresholds.databasePoolWaiting, color: "red" }],
    }),
    lines({
      title: "CPU",
      description: "CPU seconds per second, by pod: 1 is one core.",
      unit: "none",
      queries: { "{{instance}}": rate("process_cpu_seconds_total") },
    }),
    lines({
      title: "Memory",
      description: "Resident memory, by pod. A slope that restarts end is a leak.",
      unit: "bytes",
      queries: { "{{instance}}": `process_resident_memory_bytes${target}` },
    }),
    lines({
      title: "Replicas",
      description: "Replicas that the autoscaler wants, and its maximum. At the maximum the next wave of load is not met.",
      unit: "short",
      queries: {
        wanted: 'max(kube_horizontalpodautoscaler_status_desired_replicas{namespace="$namespace", horizontalpodautoscaler="$service"})',
        maximum: 'max(kube_horizontalpodautoscaler_spec_max_replicas{namespace="$namespace", horizontalpodautoscaler="$service"})',
      },
      noValue: "no kube-state-metrics",
    }),
  ];
}

function limiterAndCache({ thresholds }: DashboardOptions) {
  return [
    lines({
      title: "Rate limiter decisions",
      description: "Decisions per second by tier. Denied requests get a 429.",
      unit: "reqps",
      queries: { "{{tier}} {{decision}}": `sum by (tier, decision) (${rate("ratelimit_decisions_total")})` },
      noValue: "no requests",
    }),
    lines({
      title: "Decisions without the shared store",
      description: "Share of decisions made without Redis: limits are then approximate. The line is the alert's.",
      unit: "percentunit",
      queries: { local: `sum(${rate("ratelimit_decisions_total", 'source="local"')}) / sum(${rate("ratelimit_decisions_total")})` },
      limits: [{ value: thresholds.localLimiterShare, color: "red" }],
      noValue: "none",
    }),
    lines({
      title: "Cache look-ups",
      description: "Look-ups per second by result. Errors cost a question to Postgres, as misses do.",
      unit: "reqps",
      queries: { "{{result}}": `sum by (result) (${rate("cache_requests_total")})` },
      noValue: "no requests",
    }),
  ];
}

function dependencies() {
  return [
    numbers({
      title: "Dependencies",
      description: "1 when at least one pod reaches it. Without Postgres no pod is ready; without Redis the service answers, slower.",
      unit: "short",
      queries: { "{{dependency}}": `max by (dependency) (dependency_up${target})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
    }),
    lines({
      title: "Circuit breakers",
      description: "0 closed, 1 trying again, 2 open: the dependency is not asked, and requests answer without it.",
      unit: "short",
      queries: { "{{name}} {{instance}}": `circuit_breaker_state${target}` },
      max: 2,
    }),
    lines({
      title: "Rate limiter store errors",
      description: "Questions to Redis per second that failed, by reason.",
      unit: "ops",
      queries: { "{{reason}}": `sum by (reason) (${rate("ratelimit_store_errors_total")})` },
      noValue: "none",
    }),
  ];
}
