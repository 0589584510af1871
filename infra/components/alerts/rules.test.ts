import { expect, test } from "vitest";
import type { AlertingRule } from "../prometheus/rule.ts";
import type { AlertsArgs } from "./alerts.ts";
import { alertProblems, alertRules } from "./rules.ts";
import { alertThresholds } from "./thresholds.ts";
import type { WatchedBackup } from "./watched.ts";

const args: AlertsArgs = { namespace: "shop", service: { name: "links" } };
const subject = { namespace: "shop", service: "links", runbookBaseUrl: "https://runbooks.example.org/", thresholds: alertThresholds() };
const names = (given: AlertsArgs, thresholds = subject.thresholds) =>
  alertRules({ ...subject, thresholds }, given).groups.flatMap(({ rules }) => rules.map((rule) => ("alert" in rule ? rule.alert : "")));

test("what is not watched has no alert, since it could never fire", () => {
  expect(names(args)).not.toContain("PostgresDown");
  expect(
    names(args).filter((name) => /Redis|Backup|Restore|Certificate|Exporter|Migration|RateLimiter|WebSocket|Traces|Queue|Worker|Wal|Standby/.test(name)),
  ).toEqual([]);
});

test("archive, standbys and sizes are spoken of only where they exist", () => {
  const of = (postgres: Partial<AlertsArgs["postgres"]>) => names({ ...args, postgres: { exporterJob: "postgres-exporter", ...postgres } });
  const about = (rules: string[]) => rules.filter((name) => /Wal|Replication|Standby/.test(name));
  expect(about(of({}))).toEqual([]);
  expect(about(of({ replicas: 0 }))).toEqual([]);
  expect(about(of({ archived: true }))).toEqual(["PostgresWalArchiveFailing", "PostgresWalArchiveLag"]);
  expect(about(of({ replicas: 1 }))).toEqual(["PostgresReplicationLag", "PostgresStandbyMissing"]);
  expect(about(of({ walArchive: { job: "postgres-wal" } }))).toEqual([
    "PostgresWalArchiveFailing",
    "PostgresWalArchiveLag",
    "PostgresWalHeldBack",
    "PostgresWalArchiveHole",
  ]);
  expect(names({ ...args, backups: [{ cronJob: "postgres-backup" }] })).not.toContain("BackupSizeAnomaly");
});

test("a server's own archive and one that is fetched are two sources, and each speaks", () => {
  const failing = (postgres: Partial<AlertsArgs["postgres"]>) =>
    alertRules(subject, { ...args, postgres: { exporterJob: "postgres-exporter", ...postgres } })
      .groups.flatMap(({ rules }) => rules)
      .find((rule) => "alert" in rule && rule.alert === "PostgresWalArchiveFailing")!.expr;
  const walArchive = { job: "postgres-wal" };
  expect(failing({ archived: true })).not.toContain("wal_archive_");
  expect(failing({ walArchive })).not.toContain("pg_stat_archiver_");
  expect(failing({ archived: true, walArchive })).toMatch(/pg_stat_archiver_.* or .*wal_archive_/);
});

test("one rule speaks of all backups, by the name of their CronJob, and says what each costs", () => {
  const old = (backups: AlertsArgs["backups"]) =>
    alertRules(subject, { ...args, backups })
      .groups.flatMap(({ rules }) => rules)
      .filter((rule) => "alert" in rule && rule.alert === "BackupTooOld") as AlertingRule[];
  const dump = { cronJob: "postgres-backup", maximumAgeHours: 8 };
  const base: WatchedBackup = { cronJob: "postgres-wal-base", kind: "base", exporterJob: "backup-exporter" };
  const [both, ...more] = old([dump, base]);
  expect(more).toEqual([]);
  expect(both!.annotations.description).toContain("8 h of postgres-backup, 26 h of postgres-wal-base");
  expect(both!.annotations.description).toContain('{{ if eq $labels.backup "postgres-wal-base" }}To go back to a moment');
  expect(old([dump])[0]!.annotations.description).toMatch(/threshold 8 h\. All that was written since would be lost/);
});

test("only state must not be full and must not evict", () => {
  expect(names({ ...args, redis: [{ exporterJob: "redis-cache-exporter", purpose: "cache" }] })).not.toContain("RedisMemoryHigh");
  expect(names({ ...args, redis: [{ exporterJob: "redis-state-exporter", purpose: "state" }] })).toContain("RedisMemoryHigh");
});

test("a threshold moves both the rule and its text", () => {
  const rules = alertRules(
    { ...subject, thresholds: alertThresholds({ postgresConnections: 0.6 }) },
    { ...args, postgres: { exporterJob: "postgres-exporter" } },
  );
  const high = rules.groups.flatMap((group) => group.rules).find((rule) => "alert" in rule && rule.alert === "PostgresConnectionsHigh")!;
  expect(high.expr).toMatch(/> 0.6$/);
  expect("annotations" in high && high.annotations.description).toContain("threshold 60 %");
});

test("an address with a slash at its end makes no double slash", () => {
  const [first] = alertRules(subject, args).groups[0]!.rules;
  expect("annotations" in first! && first.annotations.runbook_url).toBe("https://runbooks.example.org/AppTargetDown.md");
});

test("mistakes are refused with their mend, all at once", () => {
  const wrong: AlertsArgs = {
    ...args,
    thresholds: { redisMemory: 80, restarts: 0, certificateDays: 1, postgresTransactionIdAge: 3e9 },
    redis: [
      { exporterJob: "redis-exporter", purpose: "cache" },
      { exporterJob: "redis-exporter", purpose: "state" },
    ],
    backups: [{ cronJob: "postgres-backup", maximumAgeHours: -1 }, { cronJob: "postgres-backup" }],
    runbookBaseUrl: "runbooks.example.org",
    dashboardUrls: { services: "https://grafana.example.org/d/a", redis: "grafana" },
    worker: { job: "links" },
    postgres: { exporterJob: "postgres-exporter", replicas: 1.5 },
    restoreDrill: { exporterJob: "backup-exporter", recoveryTimeSeconds: 0 },
  };
  expect(alertProblems(wrong).filter(Boolean)).toEqual([
    expect.stringContaining("thresholds.restarts 0 is no threshold; give a number above 0"),
    expect.stringContaining("thresholds.redisMemory 80 is a share and never reached; give less than 1, such as 0.8"),
    expect.stringContaining("thresholds.certificateCriticalDays 2 is not below certificateDays 1"),
    expect.stringContaining("leaves no time before Postgres refuses writes; give less than 2000000000"),
    expect.stringContaining('runbookBaseUrl "runbooks.example.org" is no address; write it as https://host/path'),
    expect.stringContaining('dashboardUrls.redis "grafana" is no address'),
    expect.stringContaining("dashboardUrls.services is a subject that no alert has; give addresses for service, objectives,"),
    expect.stringContaining("redis names the exporterJob redis-exporter twice"),
    expect.stringContaining("backups name the cronJob postgres-backup twice; name each once"),
    expect.stringContaining("worker.job links is the service's own job, so its pods could not be told apart; give the worker's, such as links-worker"),
    expect.stringContaining("postgres.replicas 1.5 is no number of standbys; give a whole number from 0"),
    expect.stringContaining("backups: maximumAgeHours -1 of postgres-backup is no time; give the schedule's longest gap and two hours"),
    expect.stringContaining("restoreDrill.recoveryTimeSeconds 0 is no time; give the recovery time objective in seconds, such as 3600"),
  ]);
  expect(alertProblems(args).filter(Boolean)).toEqual([]);
});
