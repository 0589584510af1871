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
  expect(names(args).filter((name) => /Redis|Backup|Certificate|Exporter|Migration|RateLimiter/.test(name))).toEqual([]);
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
  };
  expect(alertProblems(wrong).filter(Boolean)).toEqual([
    expect.stringContaining("thresholds.restarts 0 is no threshold; give a number above 0"),
    expect.stringContaining("thresholds.redisMemory 80 is a share and never reached; give less than 1, such as 0.8"),
    expect.stringContaining("thresholds.certificateCriticalDays 2 is not below certificateDays 1"),
    expect.stringContaining("leaves no time before Postgres refuses writes; give less than 2000000000"),
    expect.stringContaining('runbookBaseUrl "runbooks.example.org" is no address; write it as https://host/path'),
    expect.stringContaining("redis names the exporterJob redis-exporter twice"),
    expect.stringContaining("backup.maximumAgeHours -1 is no time"),
  ]);
  expect(alertProblems(args).filter(Boolean)).toEqual([]);
});
