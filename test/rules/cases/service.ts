import { app, cases, proofs } from "./case.ts";

const requests = app("http_request_duration_seconds_count", { route: "/:slug", status_code: "302" });
const up = app("up");
const local = app("ratelimit_decisions_total", { source: "local", tier: "read" });
const shared = app("ratelimit_decisions_total", { source: "redis", tier: "read" });
const waiting = app("db_pool_connections", { state: "waiting" });

export const serviceCases = [
  ...cases("AppTargetDown", [
    { situation: "one of two pods answers no scrape", fires: true, series: { [up]: "0x20", [app("up", { instance: "b" })]: "1x20" } },
    { situation: "a pod missed scrapes for four minutes", fires: false, series: { [up]: "1x2 0x3 1x20" }, at: "6m" },
    { situation: "a pod that was down is gone", fires: false, series: { [up]: "0x3 stale" } },
    { situation: "another service's pod is down", fires: false, series: { [app("up", { job: "other" })]: "0x20" } },
    { situation: "no pod is known, which another alert reports", fires: false, series: {}, proves: proofs.absent },
  ]),
  ...cases(
    "AppNoTraffic",
    [
      { situation: "1.2 requests a second, then none", fires: true, series: { [requests]: "0+72x69 4968x30", [up]: "1x99" } },
      { situation: "the pods were all replaced when traffic ended", fires: true, series: { [requests]: "0+120x69 stale", [up]: "1x99" }, proves: proofs.reset },
      { situation: "0.9 requests a second, then none", fires: false, series: { [requests]: "0+54x69 3726x30", [up]: "1x99" } },
      { situation: "silent for eleven minutes", fires: false, series: { [requests]: "0+120x72 8640x30", [up]: "1x99" }, at: "1h23m" },
      { situation: "traffic falls to a hundredth", fires: false, series: { [requests]: "0+1200x69 82800+12x30", [up]: "1x99" } },
      { situation: "traffic goes on across a restart", fires: false, series: { [requests]: "0+120x69 0+120x30", [up]: "1x99" }, proves: proofs.reset },
      { situation: "no pod is up, which another alert reports", fires: false, series: { [requests]: "0+120x69 stale", [up]: "1x69 0x30" } },
      { situation: "never called", fires: false, series: { [up]: "1x99" }, proves: proofs.absent },
    ],
    { at: "1h25m" },
  ),
  ...cases(
    "AppEventLoopLagHigh",
    [
      { situation: "turns wait 160 ms", fires: true, series: { [app("nodejs_eventloop_lag_p99_seconds")]: "0.16x30" } },
      { situation: "turns wait 149 ms", fires: false, series: { [app("nodejs_eventloop_lag_p99_seconds")]: "0.149x30" } },
      { situation: "five bad minutes", fires: false, at: "8m", series: { [app("nodejs_eventloop_lag_p99_seconds")]: "0.02x4 0.9x5 0.02x30" } },
      { situation: "the pod does not report it", fires: false, series: { [up]: "1x30" }, proves: proofs.absent },
    ],
    { at: "15m" },
  ),
  ...cases(
    "AppDbPoolSaturated",
    [
      { situation: "two requests wait, with a free moment now and then", fires: true, series: { [waiting]: "2 2 0 2 2 2 2 2 0 2 2 2 2 2 0 2 2 2 2 2" } },
      { situation: "one request waits all the time", fires: true, series: { [waiting]: "1x30" } },
      { situation: "one request waits in five scrapes of six", fires: false, series: { [waiting]: "1 1 1 1 1 0 1 1 1 1 1 0 1 1 1 1 1 0 1 1 1" } },
      { situation: "three wait for three minutes, as after a restart of Postgres", fires: false, at: "13m", series: { [waiting]: "0x9 3x2 0x10" } },
      {
        situation: "all connections are busy and nobody waits",
        fires: false,
        series: { [app("db_pool_connections", { state: "total" })]: "10x30", [waiting]: "0x30" },
      },
      { situation: "a service without a database", fires: false, series: { [up]: "1x30" }, proves: proofs.absent },
    ],
    { at: "16m" },
  ),
  ...cases(
    "AppRateLimiterStoreDown",
    [
      { situation: "all decisions are local since the store died", fires: true, series: { [shared]: "0+60x10 600x30", [local]: "_x10 0+60x30" } },
      { situation: "each new pod decides locally, once", fires: true, series: { [shared]: "0+10x40", ...newPods(40) } },
      { situation: "1.2 % of decisions are local", fires: true, series: { [shared]: "0+988x40", [local]: "0+12x40" } },
      { situation: "0.8 % of decisions are local", fires: false, series: { [shared]: "0+992x40", [local]: "0+8x40" } },
      {
        situation: "the store was away for a minute",
        fires: false,
        at: "18m",
        series: { [shared]: "0+600x15 9000x1 9000+600x30", [local]: "0x15 0+600x1 600x30" },
      },
      {
        situation: "the counter of local decisions is reset by a restart",
        fires: false,
        series: { [shared]: "0+600x40", [local]: "500x15 0x25" },
        proves: proofs.reset,
      },
      { situation: "no request at all", fires: false, series: { [shared]: "600x40", [local]: "0x40" } },
      { situation: "no decision was ever counted", fires: false, series: { [up]: "1x40" }, proves: proofs.absent },
    ],
    { at: "25m" },
  ),
];

/** One pod after the other, each up for two minutes, whose counter of local decisions is born at 1 and never rises. */
function newPods(minutes: number): Record<string, string> {
  const series: Record<string, string> = {};
  for (let start = 1; start < minutes; start += 2) {
    const instance = `pod-${start}`;
    series[app("ratelimit_decisions_total", { source: "local", tier: "read", instance })] = `_x${start} 1x1 stale`;
    series[app("process_start_time_seconds", { instance })] = `_x${start} ${start * 60}x1 stale`;
  }
  return series;
}
