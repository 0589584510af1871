import { describe, expect, it } from "vitest";
import { metricNames } from "./names.ts";

describe("names of metrics", () => {
  it("are known without a server, as queries write them", async () => {
    expect(await metricNames()).toEqual(
      expect.arrayContaining([
        "http_request_duration_seconds_bucket",
        "http_request_duration_seconds_count",
        "http_requests_in_flight",
        "nodejs_eventloop_utilization",
        "nodejs_eventloop_lag_p99_seconds",
        "process_cpu_seconds_total",
        "db_pool_connections",
        "db_pool_connections_max",
        "db_query_duration_seconds_sum",
        "dependency_up",
        "circuit_breaker_state",
        "ratelimit_decisions_total",
        "ratelimit_store_errors_total",
        "cache_requests_total",
        "app_build_info",
        "app_schema_version",
        "app_ready",
        "links_created_total",
        "links_redirects_total",
        "websocket_connections",
        "websocket_connections_max",
        "websocket_messages_total",
        "websocket_closes_total",
        "queue_jobs",
        "queue_oldest_waiting_seconds",
        "queue_jobs_total",
        "queue_job_duration_seconds_bucket",
      ]),
    );
  });
});
