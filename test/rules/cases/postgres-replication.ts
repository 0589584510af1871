import { cases, exporter, proofs } from "./case.ts";

const postgres = (metric: string, labels: Record<string, string> = {}) => exporter("postgres-exporter", metric, labels);
const up = { [postgres("pg_up")]: "1x120" };
const archiver = (archived: string, failed: string) => ({
  ...up,
  [postgres("pg_stat_archiver_archived_count")]: archived,
  [postgres("pg_stat_archiver_failed_count")]: failed,
});
const written = (inserted: string) => ({
  [postgres("pg_stat_database_tup_inserted", { datname: "links" })]: inserted,
  [postgres("pg_stat_database_tup_updated", { datname: "links" })]: "5x120",
  [postgres("pg_stat_database_tup_deleted", { datname: "links" })]: "5x120",
});
const archiveAge = (values: string) => ({ [postgres("pg_stat_archiver_last_archive_age")]: values });
const lag = (values: string, instance: string) => ({ [postgres("pg_replication_lag_seconds", { instance })]: values });
const standby = (name: string, values: string) => ({
  [postgres("pg_stat_replication_pg_wal_lsn_diff", { application_name: name, state: "streaming" })]: values,
});

export const postgresReplicationCases = [
  ...cases(
    "PostgresWalArchiveFailing",
    [
      { situation: "every attempt fails", fires: true, series: archiver("100x60", "0x10 0+3x50") },
      { situation: "the first one to fail was two minutes ago", fires: false, at: "12m", series: archiver("100x60", "0x10 0+3x50") },
      { situation: "attempts fail, then one succeeds", fires: false, series: archiver("100x25 101x35", "0x10 0+3x14 42x35") },
      { situation: "it failed yesterday", fires: false, series: archiver("100+1x60", "700x60") },
      { situation: "a restart with lost statistics", fires: false, series: archiver("100x20 0x40", "700x20 0x40"), proves: proofs.reset },
      { situation: "attempts fail across such a restart", fires: true, series: archiver("100x20 0x40", "700+3x20 0+3x40"), proves: proofs.reset },
      { situation: "the exporter reports no archiver", fires: false, series: up, proves: proofs.absent },
    ],
    { at: "30m" },
  ),
  ...cases(
    "PostgresWalArchiveLag",
    [
      { situation: "seventeen minutes behind, with writes", fires: true, series: { ...archiveAge("0x19 1020x60"), ...written("0+10x120") } },
      { situation: "thirteen minutes behind, with writes", fires: false, series: { ...archiveAge("800x120"), ...written("0+10x120") } },
      { situation: "hours behind, and nobody writes", fires: false, series: { ...archiveAge("9000+60x120"), ...written("70x120") } },
      {
        situation: "the first write after a quiet night, archived five minutes later",
        fires: false,
        at: "34m",
        series: { ...archiveAge("9000+60x34 30x60"), ...written("70x28 71x90") },
      },
      {
        situation: "nobody writes, and the statistics begin at 0",
        fires: false,
        series: { ...archiveAge("9000+60x120"), ...written("70x20 0x100") },
        proves: proofs.reset,
      },
      { situation: "nothing was ever archived", fires: false, series: written("0+10x120"), proves: proofs.absent },
    ],
    { at: "40m" },
  ),
  ...cases("PostgresReplicationLag", [
    { situation: "one of two standbys is 35 s behind", fires: true, series: { ...lag("0x20", "primary"), ...lag("35x20", "a"), ...lag("1x20", "b") } },
    { situation: "25 s behind", fires: false, series: lag("25x20", "a") },
    { situation: "a checkpoint costs two minutes", fires: false, at: "6m", series: lag("0x4 90x2 0x20", "a") },
    { situation: "no server reports it", fires: false, series: up, proves: proofs.absent },
  ]),
  ...cases("PostgresStandbyMissing", [
    { situation: "one of two streams", fires: true, series: { ...up, ...standby("a", "0x20") } },
    { situation: "none streams", fires: true, series: up, proves: proofs.absent },
    { situation: "one of two, beside a base backup", fires: true, series: { ...up, ...standby("a", "0x20"), ...standby("pg_basebackup", "0x20") } },
    { situation: "both stream", fires: false, series: { ...up, ...standby("a", "0x20"), ...standby("b", "900x20") } },
    { situation: "one restarts for three minutes", fires: false, at: "7m", series: { ...up, ...standby("a", "0x20"), ...standby("b", "0x4 stale _x2 0x20") } },
    { situation: "the primary is down, which another alert reports", fires: false, series: { [postgres("pg_up")]: "0x20" } },
    { situation: "the exporter is gone, which another alert reports", fires: false, series: {}, proves: proofs.absent },
  ]),
];
