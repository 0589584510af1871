import { cases, cluster, container, proofs } from "./case.ts";

const links = { pod: "links-5f9c-x2k4p", container: "app" };
const worker = { pod: "links-worker-7d8b-q9w2z", container: "app" };
const postgres = { pod: "postgres-0", container: "postgres" };
type Container = typeof links;

const memory = (use: string, limit: string, of: Container = links) => ({
  [container("container_memory_working_set_bytes", of)]: use,
  [cluster("kube_pod_container_resource_limits", { ...of, resource: "memory", unit: "byte" })]: limit,
});
const stopped = (periods: string, throttled: string, of: Container = links) => ({
  [container("container_cpu_cfs_periods_total", of)]: periods,
  [container("container_cpu_cfs_throttled_periods_total", of)]: throttled,
});
const killed = (restarts: string, reason: string, of: Container = links) => ({
  [cluster("kube_pod_container_status_restarts_total", of)]: restarts,
  [cluster("kube_pod_container_status_last_terminated_reason", { ...of, reason })]: "1x60",
});

export const saturationCases = [
  ...cases(
    "AppMemoryNearLimit",
    [
      { situation: "92 % of the limit", fires: true, series: memory("92x60", "100x60") },
      { situation: "the worker's 92 %", fires: true, series: memory("92x60", "100x60", worker) },
      {
        situation: "a container was replaced in its pod, and both are reported",
        fires: true,
        series: { ...memory("92x60", "100x60"), [container("container_memory_working_set_bytes", { ...links, id: "/old" })]: "5x60" },
      },
      { situation: "88 % of the limit", fires: false, series: memory("88x60", "100x60") },
      { situation: "a peak of eight minutes", fires: false, at: "18m", series: memory("50x10 95x8 50x60", "100x60") },
      { situation: "Postgres, with its page cache, at 99 %", fires: false, series: memory("99x60", "100x60", postgres) },
      { situation: "a migration at 99 %", fires: false, series: memory("99x60", "100x60", { pod: "links-migration-1a2b-x2k4p", container: "migrate" }) },
      {
        situation: "the pod as a whole and its pause container",
        fires: false,
        series: { ...memory("95x60", "100x60", { ...links, container: "" }), ...memory("95x60", "100x60", { ...links, container: "POD" }) },
      },
      {
        situation: "a container without a limit",
        fires: false,
        series: { [container("container_memory_working_set_bytes", links)]: "92x60" },
        proves: proofs.absent,
      },
    ],
    { at: "25m" },
  ),
  ...cases(
    "ContainerOutOfMemory",
    [
      { situation: "killed a minute ago", fires: true, series: killed("0x18 1x40", "OOMKilled") },
      { situation: "the database was killed", fires: true, series: killed("0x18 1x40", "OOMKilled", postgres) },
      { situation: "killed an hour ago", fires: false, at: "55m", series: killed("0x2 1x60", "OOMKilled") },
      { situation: "restarted since it ended with an error", fires: false, series: killed("0x18 1x40", "Error") },
      { situation: "kube-state-metrics was away, and the kill was before", fires: false, series: killed("7x10 _x5 7x40", "OOMKilled") },
      { situation: "its pod was replaced, and the count begins at 0", fires: false, series: killed("7x10 0x40", "OOMKilled"), proves: proofs.reset },
      {
        situation: "why it ended is not reported",
        fires: false,
        series: { [cluster("kube_pod_container_status_restarts_total", links)]: "0x18 1x40" },
        proves: proofs.absent,
      },
    ],
    { at: "20m" },
  ),
  ...cases(
    "AppCpuThrottled",
    [
      { situation: "stopped in 30 % of periods", fires: true, series: stopped("0+600x60", "0+180x60") },
      { situation: "the database, stopped in 30 %", fires: true, series: stopped("0+600x60", "0+180x60", postgres) },
      { situation: "stopped in 20 % of periods", fires: false, series: stopped("0+600x60", "0+120x60") },
      { situation: "an exporter, stopped in 60 % of the few periods in which it works", fires: false, series: stopped("0+20x60", "0+12x60") },
      { situation: "at its start only", fires: false, at: "7m", series: stopped("0+600x60", "0+500x5 3000x60") },
      {
        situation: "a dump, which may take its time",
        fires: false,
        series: {
          ...stopped("0+600x60", "0+500x60", { pod: "postgres-backup-29000-x", container: "backup" }),
          [cluster("kube_pod_owner", { pod: "postgres-backup-29000-x", owner_kind: "Job", owner_name: "postgres-backup-29000" })]: "1x60",
        },
      },
      { situation: "the counts begin at 0 in a new container", fires: false, series: stopped("9000+600x10 0+600x50", "8000x10 0x50"), proves: proofs.reset },
      {
        situation: "a container without a CPU limit has no periods",
        fires: false,
        series: { [container("container_cpu_usage_seconds_total", links)]: "0+30x60" },
        proves: proofs.absent,
      },
    ],
    { at: "28m" },
  ),
];
