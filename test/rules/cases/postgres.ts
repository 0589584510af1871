import { cases, cluster, exporter } from "./case.ts";

const postgres = (metric: string, labels: Record<string, string> = {}) => exporter("postgres-exporter", metric, labels);
const connections = (used: string, most: string) => ({
  [postgres("pg_stat_activity_count", { state: "active" })]: used,
  [postgres("pg_stat_activity_count", { state: "idle" })]: used,
  [postgres("pg_settings_max_connections")]: most,
});
const claim = { persistentvolumeclaim: "data-postgres-0" };
const disk = (available: string, capacity: string) => ({
  [cluster("kubelet_volume_stats_available_bytes", claim)]: available,
  [cluster("kubelet_volume_stats_capacity_bytes", claim)]: capacity,
});

export const postgresCases = [
  ...cases("PostgresDown", [
    { situation: "no connection", fires: true, series: { [postgres("pg_up")]: "1x4 0x20" } },
    { situation: "one failed attempt", fires: false, series: { [postgres("pg_up")]: "1x8 0 1x20" }, at: "9m" },
    { situation: "a second exporter has a connection", fires: false, series: { [postgres("pg_up")]: "0x20", [postgres("pg_up", { instance: "b" })]: "1x20" } },
    { situation: "the exporter is gone, which another alert reports", fires: false, series: {} },
  ]),
  ...cases("PostgresConnectionsHigh", [
    { situation: "82 of 100 in use", fires: true, series: connections("41x20", "100x20") },
    { situation: "80 of 100 in use", fires: false, series: connections("40x20", "100x20") },
    { situation: "a rollout fills it for three minutes", fires: false, series: connections("10x4 45x3 10x20", "100x20") },
  ]),
  ...cases(
    "PostgresXidAgeHigh",
    [
      {
        situation: "600 million in one database",
        fires: true,
        series: {
          [postgres("pg_database_wraparound_age_datfrozenxid_seconds", { datname: "links" })]: "600000000x90",
          [postgres("pg_database_wraparound_age_datfrozenxid_seconds", { datname: "postgres" })]: "1000x90",
        },
      },
      {
        situation: "autovacuum keeps it at 210 million",
        fires: false,
        series: { [postgres("pg_database_wraparound_age_datfrozenxid_seconds", { datname: "links" })]: "210000000x90" },
      },
    ],
    { at: "1h" },
  ),
  ...cases(
    "PostgresLongTransaction",
    [
      { situation: "open since two hours", fires: true, series: { [postgres("pg_long_running_transactions_oldest_timestamp_seconds")]: "3000+60x90" } },
      { situation: "a dump of half an hour", fires: false, series: { [postgres("pg_long_running_transactions_oldest_timestamp_seconds")]: "0+60x30 0x60" } },
    ],
    { at: "30m" },
  ),
  ...cases(
    "PostgresDiskFillingUp",
    [
      { situation: "14 % free", fires: true, series: disk("14x480", "100x480") },
      { situation: "40 % free and full in two days", fires: true, series: disk("52-0.014x480", "100x480") },
      { situation: "half free, and full in a month", fires: false, series: disk("49-0.001x480", "100x480") },
      { situation: "nearly empty, while the first data are loaded", fires: false, series: disk("95-0.05x480", "100x480") },
      { situation: "the kubelet reports nothing", fires: false, series: {} },
    ],
    { at: "7h" },
  ),
];
