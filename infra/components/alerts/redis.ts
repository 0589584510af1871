import { hold } from "../prometheus/hold.ts";
import { duration, durationText, percent, selector } from "../prometheus/promql.ts";
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
      dashboard: "redis",
      expr: `max(redis_up${target}) == 0`,
      for: hold.secondLook,
      labels,
      summary: `Redis (${watched.purpose}) of ${service} in ${namespace} does not answer.`,
      description: `${watched.exporterJob} has had no connection for ${durationText(hold.secondLook)}. ${hurt[watched.purpose]}`,
    },
    state && {
      name: "RedisMemoryHigh",
      severity: "warning",
      dashboard: "redis",
      // A maximum of 0 means none is set; a share of it would be infinite.
      expr: `max(redis_memory_used_bytes${target}) / (max(redis_memory_max_bytes${target}) > 0) > ${thresholds.redisMemory}`,
      for: hold.burst,
      labels,
      summary: `Redis (state) of ${service} in ${namespace} is nearly full.`,
      description: `{{ $value | humanizePercentage }} of maxmemory is used, threshold ${percent(thresholds.redisMemory)}. At 100 % writes fail, and each pod counts its rate limits alone.`,
    },
    state && {
      name: "RedisEvictingStateKeys",
      severity: "warning",
      dashboard: "redis",
      expr: `sum(increase(redis_evicted_keys_total${target}[${duration(hold.burst)}])) > 0`,
      labels,
      summary: `Redis (state) of ${service} in ${namespace} drops keys.`,
      description: `{{ $value | humanize }} keys were evicted in ${durationText(hold.burst)}. Each was a caller's count: limits are passed unseen. Its maxmemory-policy must be noeviction.`,
    },
    state && {
      name: "RedisAofWriteFailing",
      severity: "warning",
      dashboard: "redis",
      expr: `min(redis_aof_last_write_status${target}) == 0`,
      for: hold.secondLook,
      labels,
      summary: `Redis (state) of ${service} in ${namespace} can't write its log.`,
      description: `Its last write to the append-only file failed, ${durationText(hold.secondLook)} ago or longer. It refuses every write until one succeeds: each pod counts its rate limits alone.`,
    },
    watched.replica === true && {
      name: "RedisReplicaMissing",
      severity: "warning",
      dashboard: "redis",
      expr: `max(redis_connected_slaves${target}) < 1`,
      for: hold.restart,
      labels,
      summary: `Redis (${watched.purpose}) of ${service} in ${namespace} has no replica that follows.`,
      description: `Nobody has followed the leader for ${durationText(hold.restart)}. Callers are served; with the loss of its volume everything since the last backup would be gone, and backups are not made meanwhile.`,
    },
    state && {
      name: "RedisAofRewriteFailing",
      severity: "warning",
      dashboard: "redis",
      expr: `min(redis_aof_last_bgrewrite_status${target}) == 0`,
      for: hold.burst,
      labels,
      summary: `Redis (state) of ${service} in ${namespace} can't shorten its log.`,
      description: `The last rewrite of the append-only file failed, and none has succeeded for ${durationText(hold.burst)}. The file grows until its volume is full; from then on every write is refused. A restart takes longer with each hour.`,
    },
  ]);
}
