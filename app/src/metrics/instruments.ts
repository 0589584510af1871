import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Same bounds as OpenTelemetry's `http.server.request.duration`, so that objectives survive a change of exporter. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Every instrument of this service, in one place: alert rules and dashboards are checked against this list. */
export function createInstruments(registry: Registry, version: string) {
  const registers = [registry];
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) => new Counter({ name, help, labelNames, registers });
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) => new Gauge({ name, help, labelNames, registers });
  const duration = <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
    new Histogram({ name, help, labelNames, buckets: seconds, registers });

  gauge("app_build_info", "1, with the version that runs.", ["version"]).set({ version }, 1);
  // prom-client lets no metric with exemplars into a registry for plain text at its making, though its text just leaves them out.
  const requestDuration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Duration of requests by route template.",
    labelNames: ["method", "route", "status_code"] as const,
    buckets: seconds,
    enableExemplars: true,
    registers: [],
  });
  registry.registerMetric(requestDuration);

  return {
    requestDuration,
    requestsInFlight: gauge("http_requests_in_flight", "Requests being served."),
    eventLoopUtilization: gauge("nodejs_eventloop_utilization", "Share of time, 0 to 1, that the event loop was busy since the last scrape."),
    poolConnections: gauge("db_pool_connections", "Connections of the database pool, and requests waiting for one.", ["state"]),
    poolConnectionsMax: gauge("db_pool_connections_max", "Most connections that the database pool opens."),
    queryDuration: duration("db_query_duration_seconds", "Duration of database queries by statement name, with the wait for a connection.", ["query"]),
    dependencyUp: gauge("dependency_up", "Whether a dependency answered the last check.", ["dependency"]),
    circuitBreakerState: gauge("circuit_breaker_state", "0 closed, 1 half-open, 2 open.", ["name"]),
    circuitBreakerCalls: counter("circuit_breaker_calls_total", "Calls through a circuit breaker; rejected are those it refused while open.", [
      "name",
      "outcome",
    ]),
    circuitBreakerTransitions: counter("circuit_breaker_transitions_total", "Changes of a circuit breaker's state, by the state after it.", ["name", "state"]),
    spansExported: counter("tracing_spans_exported_total", "Spans that the collector took."),
    spansDropped: counter("tracing_spans_dropped_total", "Spans that were recorded and lost.", ["reason"]),
    rateLimitDecisions: counter("ratelimit_decisions_total", "Decisions of the rate limiter and who made them.", ["tier", "decision", "source"]),
    rateLimitStoreErrors: counter("ratelimit_store_errors_total", "Decisions that the shared store could not make.", ["reason"]),
    cacheRequests: counter("cache_requests_total", "Look-ups in the cache.", ["cache", "result"]),
    schemaVersion: gauge("app_schema_version", "Number of the newest migration that the database has."),
    ready: gauge("app_ready", "Whether this process takes traffic."),
    webSocketConnections: gauge("websocket_connections", "WebSocket connections that are open."),
    webSocketConnectionsMax: gauge("websocket_connections_max", "WebSocket connections above which this process refuses more."),
    webSocketMessages: counter("websocket_messages_total", "WebSocket messages, without pings and pongs.", ["direction"]),
    webSocketCloses: counter("websocket_closes_total", "WebSocket connections that ended, by close code (RFC 6455, 7.4).", ["code"]),
    queueJobs: gauge("queue_jobs", "Jobs by queue and state; waiting are those that could be worked on now.", ["queue", "state"]),
    queueOldestWaiting: gauge("queue_oldest_waiting_seconds", "How long the oldest waiting job has been waiting.", ["queue"]),
    queueJobsTotal: counter("queue_jobs_total", "Attempts at jobs; failed are those that were given up.", ["queue", "outcome"]),
    queueJobDuration: duration("queue_job_duration_seconds", "Duration of attempts at jobs.", ["queue"]),
    linksCreated: counter("links_created_total", "Links created."),
    redirects: counter("links_redirects_total", "Requests that were redirected."),
    hitsDropped: counter("links_hits_dropped_total", "Hits that were not counted because the database was away for too long."),
  };
}

export type Instruments = ReturnType<typeof createInstruments>;
