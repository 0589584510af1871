import { expect, test } from "vitest";
import type { AlertsArgs } from "./alerts.ts";
import { alertProblems, alertRules } from "./rules.ts";
import { alertThresholds } from "./thresholds.ts";

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
  expect(names({ ...args, backup: { cronJob: "postgres-backup" } })).not.toContain("BackupSizeAnomaly");
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
    backup: { cronJob: "postgres-backup", maximumAgeHours: -1 },
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
    expect.stringContaining("worker.job links is the service's own job, so its pods could not be told apart; give the worker's, such as links-worker"),
    expect.stringContaining("postgres.replicas 1.5 is no number of standbys; give a whole number from 0"),
    expect.stringContaining("backup.maximumAgeHours -1 is no time"),
    expect.stringContaining("restoreDrill.recoveryTimeSeconds 0 is no time; give the recovery time objective in seconds, such as 3600"),
  ]);
  expect(alertProblems(args).filter(Boolean)).toEqual([]);
});
