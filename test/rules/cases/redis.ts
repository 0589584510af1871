import { cases, exporter } from "./case.ts";

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
    { situation: "the cache missed one ping", labels: { redis: "cache" }, fires: false, at: "9m", series: { [cache("redis_up")]: "1x8 0 1x20" } },
  ]),
  ...cases(
    "RedisMemoryHigh",
    [
      { situation: "85 % used", fires: true, series: { [state("redis_memory_used_bytes")]: "85x40", [state("redis_memory_max_bytes")]: "100x40" } },
      { situation: "80 % used", fires: false, series: { [state("redis_memory_used_bytes")]: "80x40", [state("redis_memory_max_bytes")]: "100x40" } },
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
      { situation: "a restart resets the count", fires: false, series: { [state("redis_evicted_keys_total")]: "7x12 0x20" } },
      { situation: "the cache drops keys, as caches do", fires: false, series: { [cache("redis_evicted_keys_total")]: "0+100x40" } },
    ],
    { at: "15m", labels: { redis: "state" } },
  ),
];
