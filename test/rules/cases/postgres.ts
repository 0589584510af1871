import { cases, cluster, exporter, proofs } from "./case.ts";

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
    { situation: "the exporter is gone, which another alert reports", fires: false, series: {}, proves: proofs.absent },
  ]),
  ...cases("PostgresConnectionsHigh", [
    { situation: "82 of 100 in use", fires: true, series: connections("41x20", "100x20") },
    { situation: "80 of 100 in use", fires: false, series: connections("40x20", "100x20") },
    { situation: "a rollout fills it for three minutes", fires: false, series: connections("10x4 45x3 10x20", "100x20"), at: "7m" },
    {
      situation: "the maximum is not reported",
      fires: false,
      series: { [postgres("pg_stat_activity_count", { state: "idle" })]: "90x20" },
      proves: proofs.absent,
    },
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
        situation: "autovacuum keeps it at 400 million",
        fires: false,
        series: { [postgres("pg_database_wraparound_age_datfrozenxid_seconds", { datname: "links" })]: "400000000x90" },
      },
      {
        situation: "vacuum brings it down within twenty minutes",
        fires: false,
        at: "55m",
        series: { [postgres("pg_database_wraparound_age_datfrozenxid_seconds", { datname: "links" })]: "400000000x36 510000000x19 200000000x60" },
      },
      { situation: "the exporter does not collect it", fires: false, series: { [postgres("pg_up")]: "1x90" }, proves: proofs.absent },
    ],
    { at: "1h" },
  ),
  ...cases(
    "PostgresLongTransaction",
    [
      { situation: "open since 70 minutes", fires: true, series: { [postgres("pg_long_running_transactions_oldest_timestamp_seconds")]: "2400+60x90" } },
      {
        situation: "one of 62 minutes, which then ended",
        fires: false,
        at: "20m",
        series: { [postgres("pg_long_running_transactions_oldest_timestamp_seconds")]: "2520+60x20 0x60" },
      },
      { situation: "a dump of 50 minutes", fires: false, series: { [postgres("pg_long_running_transactions_oldest_timestamp_seconds")]: "1200+60x30 0x60" } },
      { situation: "the exporter does not collect it", fires: false, series: { [postgres("pg_up")]: "1x90" }, proves: proofs.absent },
      { situation: "a dump of half an hour", fires: false, series: { [postgres("pg_long_running_transactions_oldest_timestamp_seconds")]: "0+60x30 0x60" } },
    ],
    { at: "30m" },
  ),
  ...cases(
    "PostgresDiskFillingUp",
    [
      { situation: "14 % free", fires: true, series: disk("14x480", "100x480") },
      { situation: "40 % free and full in two days", fires: true, series: disk("52-0.014x480", "100x480") },
      { situation: "40 % free and full in three and a half days", fires: true, series: disk("43.33-0.00793x480", "100x480") },
      { situation: "40 % free and full in four and a half days", fires: false, series: disk("42.54-0.00604x480", "100x480") },
      { situation: "16 % free", fires: false, series: disk("16x480", "100x480") },
      { situation: "a copy fills it for twenty minutes", fires: false, at: "6h58m", series: disk("80x400 9x20 80x100", "100x520") },
      { situation: "half free, and full in a month", fires: false, series: disk("49-0.001x480", "100x480") },
      { situation: "nearly empty, while the first data are loaded", fires: false, series: disk("95-0.05x480", "100x480") },
      { situation: "the kubelet reports nothing", fires: false, series: {}, proves: proofs.absent },
    ],
    { at: "7h" },
  ),
];
