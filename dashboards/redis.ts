import { dashboard } from "./dashboard.ts";
import type { DashboardOptions } from "./options.ts";
import { lines, type Made, numbers } from "./panel.ts";
import { fromAny, rate } from "./query.ts";

const legend = "{{job}}";

/** Every Redis of the service by its exporter, one line each. */
export function redisDashboard(options: DashboardOptions) {
  const redis = options.redis!;
  const all = fromAny(redis.map(({ exporterJob }) => exporterJob));
  const state = redis.filter(({ purpose }) => purpose === "state").map(({ exporterJob }) => exporterJob);
  const followed = redis.filter(({ replica }) => replica).map(({ exporterJob }) => exporterJob);
  return dashboard(options, "redis", [
    { title: "Memory", panels: memory(options, all, state.length > 0) },
    { title: "Work", panels: work(all) },
    { title: "Log on disk", panels: state.length > 0 ? log(fromAny(state)) : [] },
    { title: "Replica", panels: followed.length > 0 ? replica(fromAny(followed)) : [] },
  ]);
}

function memory({ thresholds }: DashboardOptions, all: string, state: boolean): Made[] {
  return [
    numbers({
      title: "Redis answers",
      description: "1 when the exporter has a connection. The service answers without either, slower and with approximate limits.",
      unit: "short",
      queries: { [legend]: `max by (job) (redis_up${all})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      alerts: ["RedisDown"],
      noValue: "no exporter",
    }),
    lines({
      title: "Memory used",
      description: "Share of maxmemory. A cache is full by purpose; state must stay under the line, which is the alert's.",
      unit: "percentunit",
      queries: { [legend]: `max by (job) (redis_memory_used_bytes${all}) / (max by (job) (redis_memory_max_bytes${all}) > 0)` },
      limits: [{ value: thresholds.redisMemory, color: "red" }],
      max: 1,
      alerts: state ? ["RedisMemoryHigh"] : [],
    }),
    lines({
      title: "Keys evicted",
      description: "Keys dropped per second for lack of memory. Normal for a cache that is full; for state any is lost data.",
      unit: "ops",
      queries: { [legend]: `sum by (job) (${rate(`redis_evicted_keys_total${all}`)})` },
      alerts: state ? ["RedisEvictingStateKeys"] : [],
    }),
    lines({
      title: "Keys",
      description: "Keys held. A cache levels off; state that only rises has keys without an end.",
      unit: "short",
      queries: { [legend]: `sum by (job) (redis_db_keys${all})` },
    }),
    lines({
      title: "Memory fragmentation",
      description: "Memory that the process holds, as a multiple of what its data needs. Far above 1.5 with much data, restart it in a quiet hour.",
      unit: "none",
      queries: { [legend]: `max by (job) (redis_mem_fragmentation_ratio${all})` },
    }),
    lines({
      title: "Clients",
      description: "Connections, the exporter's own among them. One or two a pod; a rising line is a leak.",
      unit: "short",
      queries: { [legend]: `max by (job) (redis_connected_clients${all})` },
    }),
  ];
}

function work(all: string): Made[] {
  const found = (what: string) => `sum by (job) (${rate(`redis_keyspace_${what}_total${all}`)})`;
  const time = `sum by (job) (${rate(`redis_commands_duration_seconds_total${all}`)})`;
  const calls = `sum by (job) (${rate(`redis_commands_total${all}`)})`;
  return [
    lines({
      title: "Commands",
      description: "Commands per second. It follows the traffic; a jump without one is a loop.",
      unit: "ops",
      queries: { [legend]: `sum by (job) (${rate(`redis_commands_processed_total${all}`)})` },
    }),
    lines({
      title: "Time of a command",
      description: "Mean time that Redis itself works on a command. It does one at a time: all others wait for a slow one.",
      unit: "s",
      queries: { [legend]: `${time} / (${calls} > 0)` },
      noValue: "no commands",
    }),
    lines({
      title: "Failed commands",
      description: "Commands per second that ended in an error or were refused. A wrong password, a full memory, a log that can't be written.",
      unit: "ops",
      queries: {
        "{{job}} failed": `sum by (job) (${rate(`redis_commands_failed_calls_total${all}`)})`,
        "{{job}} refused": `sum by (job) (${rate(`redis_commands_rejected_calls_total${all}`)})`,
      },
      noValue: "none failed",
    }),
    lines({
      title: "Keys found",
      description: "Share of look-ups that found their key.",
      unit: "percentunit",
      queries: { [legend]: `${found("hits")} / (${found("hits")} + ${found("misses")} > 0)` },
      max: 1,
      noValue: "no look-ups",
    }),
    lines({
      title: "Connections refused",
      description: "Connections per second that were refused because maxclients was reached. Pods then count limits alone.",
      unit: "ops",
      queries: { [legend]: `sum by (job) (${rate(`redis_rejected_connections_total${all}`)})` },
      noValue: "none refused",
    }),
    lines({
      title: "Network",
      description: "Bytes per second in and out. A value that is too large shows here before it shows as time.",
      unit: "Bps",
      queries: {
        "{{job}} in": `sum by (job) (${rate(`redis_net_input_bytes_total${all}`)})`,
        "{{job}} out": `sum by (job) (${rate(`redis_net_output_bytes_total${all}`)})`,
      },
    }),
  ];
}

function log(state: string): Made[] {
  return [
    numbers({
      title: "Log is written",
      description: "1 when the last write to the append-only file succeeded. At 0 every write is refused.",
      unit: "short",
      queries: { [legend]: `min by (job) (redis_aof_last_write_status${state})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      alerts: ["RedisAofWriteFailing"],
      noValue: "no log",
    }),
    numbers({
      title: "Log is shortened",
      description: "1 when the last rewrite of the append-only file succeeded. At 0 the file grows until the volume is full.",
      unit: "short",
      queries: { [legend]: `min by (job) (redis_aof_last_bgrewrite_status${state})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      alerts: ["RedisAofRewriteFailing"],
      noValue: "no log",
    }),
    lines({
      title: "Size of the log",
      description: "The append-only file. It falls at each rewrite; a start reads all of it.",
      unit: "bytes",
      queries: { [legend]: `max by (job) (redis_aof_current_size_bytes${state})` },
      noValue: "no log",
    }),
  ];
}

function replica(followed: string): Made[] {
  return [
    numbers({
      title: "Replica follows",
      description: "Servers that follow the leader, and a backup while it copies. At 0 the data are on one volume only.",
      unit: "short",
      queries: { [legend]: `max by (job) (redis_connected_slaves${followed})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      alerts: ["RedisReplicaMissing"],
      noValue: "no exporter",
    }),
  ];
}
