import { type DashboardOptions, dashboardUrls } from "slipway-dashboards";
import { alertThresholds, BackupKind, burnRates, longestGapHours, RedisPurpose } from "./components/index.ts";
import type { StackConfig } from "./config/load.ts";
import { databaseName, watchedDatabase } from "./database.ts";
import { drillsPerMoment } from "./drilled-moments.ts";
import { workerName } from "./wiring.ts";

// What rules, dashboards and routes are told of a stack: one list of what there is, so that none of them can forget a part.

/** Which of its parts are watched, as both the alerts and the dashboards take them. */
export function watched(config: StackConfig) {
  const { backups, redis, restoreDrill, service, worker } = config;
  const backupGapHours = longestGapHours(backups.schedule);
  return {
    postgres: watchedDatabase(config),
    redis: [
      { exporterJob: "redis-cache-exporter", purpose: RedisPurpose.cache },
      { exporterJob: "redis-state-exporter", purpose: RedisPurpose.state, replica: redis.state.replica },
    ],
    worker: worker && { job: workerName(service.name), deadLetterQueue: "dead-letters" },
    backups: watchedBackups(config),
    restoreDrill: {
      exporterJob: "backup-exporter",
      // A day more than the longest gap, to mend one that failed.
      maximumAgeHours: longestGapHours(restoreDrill.schedule) + 24,
      ...(backups.pointInTime && { momentMaximumAgeHours: drillsPerMoment(config) * longestGapHours(restoreDrill.schedule) + 24 }),
      recoveryTimeSeconds: restoreDrill.recoveryTimeMinutes * 60,
      recoveryPointSeconds: restoreDrill.recoveryPointMinutes === undefined ? (backupGapHours + 2) * 3600 : restoreDrill.recoveryPointMinutes * 60,
    },
  };
}

/** Every schedule that copies data. */
function watchedBackups({ backups, redis, service }: StackConfig) {
  const made = (cronJob: string, kind: BackupKind, database: string, schedule: string | undefined) =>
    // Two hours more than the longest gap, for the run itself and one retry.
    schedule === undefined ? [] : [{ cronJob, kind, database, exporterJob: "backup-exporter", maximumAgeHours: longestGapHours(schedule) + 2 }];
  const database = databaseName(service.name);
  return [
    ...made("postgres-backup", BackupKind.dump, database, backups.schedule),
    ...made("redis-state-backup", BackupKind.redis, "redis-state", redis.state.backupSchedule),
    ...made("postgres-wal-base", BackupKind.base, database, backups.pointInTime?.baseSchedule),
  ];
}

/** What the service itself shows. */
export function watchedService({ service, tracing }: StackConfig) {
  return { name: service.name, migrationJob: `${service.name}-migration`, sharedRateLimiter: true, webSocket: true, traces: tracing !== undefined };
}

export function dashboardOptions(config: StackConfig): DashboardOptions {
  const { alerts, dashboards, namespace, objectives, service, tracing } = config;
  return {
    namespace,
    service: service.name,
    objectives: { ...objectives, burnRates: burnRates(objectives.windowDays) },
    ...watched(config),
    webSocket: true,
    edge: { certificate: `${service.name}-public` },
    logs: dashboards.logs,
    traces: tracing !== undefined,
    runbookBaseUrl: alerts.runbookUrl,
    thresholds: alertThresholds(),
  };
}

/** What all rules of a stack have in common. */
export function ruleArgs(config: StackConfig) {
  const { alerts, cluster, dashboards } = config;
  return {
    prometheusOperator: cluster.prometheusOperator,
    ruleLabels: alerts.ruleLabels,
    runbookBaseUrl: alerts.runbookUrl,
    dashboardUrls: dashboards.grafanaUrl === undefined ? undefined : dashboardUrls(dashboards.grafanaUrl, dashboardOptions(config)),
  };
}

/** The service's own registry says what it exports. It is asked only for objectives that name metrics: loading it costs a plan time. */
export async function exportedMetrics({ objectives }: StackConfig): Promise<string[] | undefined> {
  if (objectives.ratios.length === 0) return undefined;
  const { metricNames } = await import("../app/src/metrics/names.ts");
  return metricNames();
}
