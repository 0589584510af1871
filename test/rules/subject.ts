import { alertRules } from "../../infra/components/alerts/rules.ts";
import { type AlertThresholds, alertThresholds } from "../../infra/components/alerts/thresholds.ts";
import { type ObjectiveArgs, objectivesOf, requestDurationBuckets } from "../../infra/components/service-level/objective.ts";
import { serviceLevelRules } from "../../infra/components/service-level/rules.ts";

/** One service with everything that can be watched. */
export const context = {
  namespace: "shop",
  service: "links",
  runbookBaseUrl: "https://runbooks.example.org",
  dashboardUrl: "https://grafana.example.org/d/shop-service",
};

export function objectiveRules(args: Partial<ObjectiveArgs>) {
  return serviceLevelRules(context, objectivesOf({ windowDays: 30, minimumEvents: 100, bucketsSeconds: requestDurationBuckets, ...args }));
}

export function causeRules(thresholds: AlertThresholds = {}) {
  return alertRules(
    { ...context, thresholds: alertThresholds(thresholds) },
    {
      namespace: context.namespace,
      service: { name: "links", migrationJob: "links-migration", sharedRateLimiter: true },
      postgres: { exporterJob: "postgres-exporter", claim: "data-postgres-0" },
      redis: [
        { exporterJob: "redis-cache-exporter", purpose: "cache" },
        { exporterJob: "redis-state-exporter", purpose: "state" },
      ],
      backup: { cronJob: "postgres-backup" },
      certificate: { name: "links-public" },
    },
  );
}

export const bothObjectives = objectiveRules({ availability: { target: 99.9 }, latency: { target: 99, thresholdMilliseconds: 250 } });
