import { percent, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedRedis } from "./watched.ts";

const hurt = {
  cache: "What was answered from it is asked of Postgres: slower, and Postgres carries the whole load.",
  state: "Rate limits are counted in each pod alone and are approximate.",
} as const;

/** One Redis, by redis_exporter. A full cache is what a cache is for; state must never evict and never be full. */
export function redisAlerts(subject: AlertSubject, watched: WatchedRedis) {
  const { namespace, service, thresholds } = subject;
  const target = selector({ job: watched.exporterJob, namespace });
  const labels = { redis: watched.purpose };
  const state = watched.purpose === "state";
  return alerts(subject, [
    {
      name: "RedisDown",
      severity: "warning",
      expr: `max(redis_up${target}) == 0`,
      for: "1m",
      labels,
      summary: `Redis (${watched.purpose}) of ${service} in ${namespace} does not answer.`,
      description: `${watched.exporterJob} has had no connection for 1 minute. ${hurt[watched.purpose]}`,
    },
    state && {
      name: "RedisMemoryHigh",
      severity: "warning",
      // A maximum of 0 means none is set; a share of it would be infinite.
      expr: `max(redis_memory_used_bytes${target}) / (max(redis_memory_max_bytes${target}) > 0) > ${thresholds.redisMemory}`,
      for: "10m",
      labels,
      summary: `Redis (state) of ${service} in ${namespace} is nearly full.`,
      description: `{{ $value | humanizePercentage }} of maxmemory is used, threshold ${percent(thresholds.redisMemory)}. At 100 % writes fail, and each pod counts its rate limits alone.`,
    },
    state && {
      name: "RedisEvictingStateKeys",
      severity: "warning",
      expr: `sum(increase(redis_evicted_keys_total${target}[10m])) > 0`,
      labels,
      summary: `Redis (state) of ${service} in ${namespace} drops keys.`,
      description:
        "{{ $value | humanize }} keys were evicted in 10 minutes. Each was a caller's count: limits are passed unseen. Its maxmemory-policy must be noeviction.",
    },
  ]);
}
