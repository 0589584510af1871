import { cases, exporter, proofs } from "./case.ts";

const state = (metric: string) => exporter("redis-state-exporter", metric);
const cache = (metric: string) => exporter("redis-cache-exporter", metric);

export const redisCases = [
  ...cases("RedisDown", [
    { situation: "state does not answer", labels: { redis: "state" }, fires: true, series: { [state("redis_up")]: "0x20", [cache("redis_up")]: "1x20" } },
    {
      situation: "only the cache does not answer",
      labels: { redis: "state" },
      fires: false,
      series: { [state("redis_up")]: "1x20", [cache("redis_up")]: "0x20" },
    },
    { situation: "the cache does not answer", labels: { redis: "cache" }, fires: true, series: { [cache("redis_up")]: "0x20" } },
    { situation: "state missed one ping", labels: { redis: "state" }, fires: false, at: "8m", series: { [state("redis_up")]: "1x7 0 1x20" } },
    { situation: "the exporter is gone, which another alert reports", labels: { redis: "state" }, fires: false, series: {}, proves: proofs.absent },
    { situation: "its exporter is gone too", labels: { redis: "cache" }, fires: false, series: { [state("redis_up")]: "1x20" } },
    { situation: "nothing is reported", labels: { redis: "cache" }, fires: false, series: {}, proves: proofs.absent },
    { situation: "the cache missed one ping", labels: { redis: "cache" }, fires: false, at: "9m", series: { [cache("redis_up")]: "1x8 0 1x20" } },
  ]),
  ...cases(
    "RedisMemoryHigh",
    [
      { situation: "85 % used", fires: true, series: { [state("redis_memory_used_bytes")]: "85x40", [state("redis_memory_max_bytes")]: "100x40" } },
      { situation: "80 % used", fires: false, series: { [state("redis_memory_used_bytes")]: "80x40", [state("redis_memory_max_bytes")]: "100x40" } },
      {
        situation: "a peak of five minutes",
        fires: false,
        at: "15m",
        series: { [state("redis_memory_used_bytes")]: "50x10 85x5 50x40", [state("redis_memory_max_bytes")]: "100x40" },
      },
      { situation: "the maximum is not reported", fires: false, series: { [state("redis_memory_used_bytes")]: "85x40" }, proves: proofs.absent },
      { situation: "no maximum is set", fires: false, series: { [state("redis_memory_used_bytes")]: "85x40", [state("redis_memory_max_bytes")]: "0x40" } },
      {
        situation: "the cache is full, as caches are",
        fires: false,
        series: { [cache("redis_memory_used_bytes")]: "100x40", [cache("redis_memory_max_bytes")]: "100x40" },
      },
    ],
    { at: "20m", labels: { redis: "state" } },
  ),
  ...cases(
    "RedisEvictingStateKeys",
    [
      { situation: "a key was dropped", fires: true, series: { [state("redis_evicted_keys_total")]: "0x12 1x20" } },
      { situation: "keys were dropped an hour ago", fires: false, series: { [state("redis_evicted_keys_total")]: "7x40" } },
      { situation: "a restart resets the count", fires: false, series: { [state("redis_evicted_keys_total")]: "7x12 0x20" }, proves: proofs.reset },
      { situation: "keys were dropped, then it restarted", fires: true, series: { [state("redis_evicted_keys_total")]: "7x8 9x2 0x20" }, proves: proofs.reset },
      { situation: "the exporter does not report it", fires: false, series: { [state("redis_up")]: "1x40" }, proves: proofs.absent },
      { situation: "the cache drops keys, as caches do", fires: false, series: { [cache("redis_evicted_keys_total")]: "0+100x40" } },
    ],
    { at: "15m", labels: { redis: "state" } },
  ),
  ...cases(
    "RedisAofWriteFailing",
    [
      { situation: "the last write failed", fires: true, series: { [state("redis_aof_last_write_status")]: "1x4 0x40" } },
      { situation: "one write failed, the next did not", fires: false, at: "5m", series: { [state("redis_aof_last_write_status")]: "1x4 0 1x40" } },
      { situation: "the last write succeeded", fires: false, series: { [state("redis_aof_last_write_status")]: "1x40" } },
      { situation: "the exporter can't ask", fires: false, series: { [state("redis_up")]: "0x40" }, proves: proofs.absent },
    ],
    { labels: { redis: "state" } },
  ),
  ...cases(
    "RedisReplicaMissing",
    [
      { situation: "nobody follows", fires: true, series: { [state("redis_connected_slaves")]: "1x4 0x20" } },
      { situation: "the replica restarts for three minutes", fires: false, at: "6m", series: { [state("redis_connected_slaves")]: "1x3 0x3 1x20" } },
      { situation: "one follows", fires: false, series: { [state("redis_connected_slaves")]: "1x20" } },
      { situation: "a backup copies too", fires: false, series: { [state("redis_connected_slaves")]: "2x20" } },
      { situation: "the leader is down, which another alert reports", fires: false, series: { [state("redis_up")]: "0x20" }, proves: proofs.absent },
    ],
    { labels: { redis: "state" } },
  ),
  ...cases(
    "RedisAofRewriteFailing",
    [
      { situation: "the last rewrite failed", fires: true, series: { [state("redis_aof_last_bgrewrite_status")]: "1x4 0x40" } },
      {
        situation: "the next try, five minutes later, succeeded",
        fires: false,
        at: "9m",
        series: { [state("redis_aof_last_bgrewrite_status")]: "1x4 0x5 1x40" },
      },
      { situation: "the last rewrite succeeded", fires: false, series: { [state("redis_aof_last_bgrewrite_status")]: "1x40" } },
      { situation: "the exporter can't ask", fires: false, series: { [state("redis_up")]: "0x40" }, proves: proofs.absent },
    ],
    { at: "20m", labels: { redis: "state" } },
  ),
];
