import { cases, exporter, proofs } from "./case.ts";

const postgres = (metric: string, labels: Record<string, string> = {}) => exporter("postgres-exporter", metric, labels);
const up = { [postgres("pg_up")]: "1x120" };
const lag = (values: string, instance: string) => ({ [postgres("pg_replication_lag_seconds", { instance })]: values });
const standby = (name: string, values: string) => ({
  [postgres("pg_stat_replication_pg_wal_lsn_diff", { application_name: name, state: "streaming" })]: values,
});

export const postgresReplicationCases = [
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
