import type { AlertsArgs } from "../../infra/components/alerts/alerts.ts";
import { alertRules } from "../../infra/components/alerts/rules.ts";
import { type AlertThresholds, alertThresholds } from "../../infra/components/alerts/thresholds.ts";
import { dashboardSubjects } from "../../infra/components/prometheus/alert.ts";
import type { AlertingRule, RuleFile } from "../../infra/components/prometheus/rule.ts";
import { type ObjectiveArgs, objectivesOf, requestDurationBuckets } from "../../infra/components/service-level/objective.ts";
import { serviceLevelRules } from "../../infra/components/service-level/rules.ts";

/** One service with everything that can be watched. */
export const context = {
  namespace: "shop",
  service: "links",
  runbookBaseUrl: "https://runbooks.example.org",
  dashboardUrls: Object.fromEntries(dashboardSubjects.map((subject) => [subject, `https://grafana.example.org/d/shop-links-${subject}`])),
};

/** Fetches the log; that the server archives it by itself as well is as in a move from the one to the other. */
const walArchive = { job: "postgres-wal", exporterJob: "backup-exporter", database: "links" };

export const everything: AlertsArgs = {
  namespace: context.namespace,
  service: { name: "links", migrationJob: "links-migration", sharedRateLimiter: true, webSocket: true, traces: true },
  worker: { job: "links-worker", deadLetterQueue: "dead-letters" },
  postgres: { exporterJob: "postgres-exporter", claim: "data-postgres-0", archived: true, walArchive, replicas: 2 },
  redis: [
    { exporterJob: "redis-cache-exporter", purpose: "cache" },
    { exporterJob: "redis-state-exporter", purpose: "state", replica: true },
  ],
  backups: [
    { cronJob: "postgres-backup", exporterJob: "backup-exporter" },
    { cronJob: "redis-state-backup", exporterJob: "backup-exporter", kind: "redis", database: "redis-state", maximumAgeHours: 8 },
    { cronJob: "postgres-wal-base", exporterJob: "backup-exporter", kind: "base", database: "links" },
  ],
  restoreDrill: { exporterJob: "backup-exporter", momentMaximumAgeHours: 240 },
  certificate: { name: "links-public" },
};

export function objectiveRules(args: Partial<ObjectiveArgs>) {
  return serviceLevelRules(context, objectivesOf({ windowDays: 30, minimumEvents: 100, bucketsSeconds: requestDurationBuckets, ...args }));
}

export function causeRules(thresholds: AlertThresholds = {}, watched: Partial<AlertsArgs> = {}): RuleFile {
  return alertRules({ ...context, thresholds: alertThresholds(thresholds) }, { ...everything, ...watched });
}

export function alertsOf({ groups }: RuleFile): AlertingRule[] {
  return groups.flatMap(({ rules }) => rules).filter((rule) => "alert" in rule);
}

const availability = { target: 99.9 };
const latency = { target: 99, thresholdMilliseconds: 250 };

export const bothObjectives = objectiveRules({ availability, latency });

/** One of each kind. */
export const everyObjective = objectiveRules({
  availability,
  latency,
  ratios: [
    {
      name: "hits",
      target: 99.9,
      events: 'increase(links_redirects_total{job="$service",namespace="$namespace"}[$window])',
      badEvents: 'increase(links_hits_dropped_total{job="$service",namespace="$namespace"}[$window])',
      badEventText: "were not counted",
    },
  ],
});
