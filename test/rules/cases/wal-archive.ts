import { cases, exporter, proofs } from "./case.ts";

const postgres = (metric: string, labels: Record<string, string> = {}) => exporter("postgres-exporter", metric, labels);
const archive = (metric: string) => exporter("postgres-wal", `wal_archive_${metric}`);
const up = { [postgres("pg_up")]: "1x120" };

/** The server's own attempts. */
const byServer = (archived: string, failed: string) => ({
  ...up,
  [postgres("pg_stat_archiver_archived_count")]: archived,
  [postgres("pg_stat_archiver_failed_count")]: failed,
});
/** Those of a `WalArchive`, of which the server counts none. */
const byArchive = (archived: string, failed: string) => ({
  ...byServer("0x120", "0x120"),
  [archive("archived_segments_total")]: archived,
  [archive("failures_total")]: failed,
});

const written = (inserted: string) => ({
  [postgres("pg_stat_database_tup_inserted", { datname: "links" })]: inserted,
  [postgres("pg_stat_database_tup_updated", { datname: "links" })]: "5x120",
  [postgres("pg_stat_database_tup_deleted", { datname: "links" })]: "5x120",
});
const archiveAge = (values: string) => ({ [postgres("pg_stat_archiver_last_archive_age")]: values });
const bucketAge = (values: string, database = "links") => ({ [exporter("backup-exporter", "backup_wal_archived_lag_seconds", { database })]: values });
const behindSince = (values: string) => ({ [archive("behind_since_timestamp_seconds")]: values });

const slot = (held: string, left: string, name = "slipway_archive") => ({
  [postgres("pg_replication_slots_pg_wal_lsn_diff", { slot_name: name })]: held,
  [postgres("pg_replication_slots_safe_wal_size_bytes", { slot_name: name, slot_type: "physical" })]: left,
});
const slotState = (wal_status: string, name = "slipway_archive") => ({
  [postgres("pg_replication_slots_wal_status", { slot_name: name, slot_type: "physical", wal_status })]: "1x120",
});
const gaps = (values: string) => ({ [archive("gaps_total")]: values });

/** Time starts at 0, so a time of 600 is ten minutes after the start. */
export const walArchiveCases = [
  ...cases(
    "PostgresWalArchiveFailing",
    [
      { situation: "every attempt fails", fires: true, series: byServer("100x60", "0x10 0+3x50") },
      { situation: "the first one to fail was two minutes ago", fires: false, at: "12m", series: byServer("100x60", "0x10 0+3x50") },
      { situation: "attempts fail, then one succeeds", fires: false, series: byServer("100x25 101x35", "0x10 0+3x14 42x35") },
      { situation: "it failed yesterday", fires: false, series: byServer("100+1x60", "700x60") },
      { situation: "a restart with lost statistics", fires: false, series: byServer("100x20 0x40", "700x20 0x40"), proves: proofs.reset },
      { situation: "attempts fail across such a restart", fires: true, series: byServer("100x20 0x40", "700+3x20 0+3x40"), proves: proofs.reset },
      { situation: "the exporter reports no archiver", fires: false, series: up, proves: proofs.absent },
      { situation: "the bucket is away, of which the server knows nothing", fires: true, series: byArchive("100x60", "0x10 0+1x50") },
      {
        situation: "an attempt fails each five minutes, after the store's own patience",
        fires: true,
        series: byArchive("100x60", "0x10 1x4 2x4 3x4 4x4 5x20"),
      },
      { situation: "the archive fails, tries again and goes on", fires: false, series: byArchive("100x12 100+1x50", "0x10 1 2x60") },
      { situation: "the archive is restarted", fires: false, series: byArchive("100+1x20 0+1x40", "7x20 0x40"), proves: proofs.reset },
      {
        situation: "the archive is restarted again and again, and fails",
        fires: true,
        series: byArchive("0x60", "0x5 1 2 0 1 2 0 1 2 0 1 2 0 1 2 0 1 2 0 1 2 0 1 2 0 1 2 0 1 2"),
        proves: proofs.reset,
      },
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
      {
        situation: "the newest segment in the bucket is seventeen minutes old, with writes",
        fires: true,
        series: { ...bucketAge("0x19 1020x60"), ...written("0+10x120") },
      },
      {
        situation: "the newest segment in the bucket is thirteen minutes old, with writes",
        fires: false,
        series: { ...bucketAge("800x120"), ...written("0+10x120") },
      },
      {
        situation: "the newest segment in the bucket is hours old, and nobody writes",
        fires: false,
        series: { ...bucketAge("9000+60x120"), ...written("70x120") },
      },
      { situation: "another database's log is hours old", fires: false, series: { ...bucketAge("9000+60x120", "shop"), ...written("0+10x120") } },
      {
        situation: "segments go to the bucket, but more are written than go",
        fires: true,
        series: { ...bucketAge("20x120"), ...written("0+10x120"), ...behindSince("0x5 300x60") },
      },
      { situation: "behind for twenty minutes, and then no more", fires: false, series: { ...bucketAge("20x120"), ...behindSince("0x5 300x20 0x60") } },
      { situation: "behind, and gaining on it", fires: false, series: { ...bucketAge("20x120"), ...behindSince("0x10 0+60x60") } },
    ],
    { at: "40m" },
  ),
  ...cases(
    "PostgresWalHeldBack",
    [
      { situation: "55 % of what may be kept waits, and no archive is there", fires: true, series: slot("55x60", "45x60") },
      { situation: "45 % waits", fires: false, series: slot("45x60", "55x60") },
      { situation: "a burst of writes is archived within eight minutes", fires: false, at: "17m", series: slot("5x10 60x7 5x60", "95x10 40x7 95x60") },
      { situation: "another slot holds it back", fires: false, series: slot("90x60", "10x60", "debezium") },
      { situation: "the slot is not made yet", fires: false, series: up, proves: proofs.absent },
    ],
    { at: "15m" },
  ),
  ...cases(
    "PostgresWalArchiveHole",
    [
      { situation: "the slot is lost, and no archive is there", fires: true, series: { ...slotState("lost"), ...gaps("_x120") } },
      { situation: "the archive found a hole ten minutes ago", fires: true, series: gaps("0x80 1x40") },
      { situation: "it found one at its start, and is restarted a moment later", fires: true, series: gaps("_x70 1x10 0x40"), proves: proofs.absent },
      { situation: "it found one a day ago", fires: false, series: gaps("1x120") },
      { situation: "another slot is lost", fires: false, series: { ...slotState("lost", "debezium"), ...gaps("0x120") } },
      { situation: "the slot keeps more than the checkpoints would", fires: false, series: { ...slotState("extended"), ...gaps("0x120") } },
      { situation: "nobody reports a slot", fires: false, series: gaps("0x120"), proves: proofs.absent },
    ],
    { at: "90m" },
  ),
];
