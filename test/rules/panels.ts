import { type DashboardOptions, serviceDashboards } from "slipway-dashboards";
import { alertThresholds } from "../../infra/components/alerts/thresholds.ts";
import { pageBurnRate } from "../../infra/components/service-level/burn-rate.ts";
import { context } from "./subject.ts";

export const dashboardOptions: DashboardOptions = {
  namespace: context.namespace,
  service: context.service,
  objectives: { availability: { target: 99.9 }, latency: { target: 99, thresholdMilliseconds: 250 }, windowDays: 30, pageBurnRate: pageBurnRate(30) },
  postgres: { exporterJob: "postgres-exporter", claim: "data-postgres-0" },
  redis: [
    { exporterJob: "redis-cache-exporter", purpose: "cache" },
    { exporterJob: "redis-state-exporter", purpose: "state" },
  ],
  backup: { cronJob: "postgres-backup", maximumAgeHours: 26 },
  thresholds: alertThresholds(),
};

export interface Panel {
  id: number;
  type: string;
  title: string;
  targets: { expr: string }[];
}

export interface DashboardJson {
  uid: string;
  annotations: { list: { expr: string }[] };
  panels: Panel[];
}

export const dashboards = Object.values(serviceDashboards(dashboardOptions)).map((json) => JSON.parse(json) as DashboardJson);

/** Every query that a dashboard runs, with its variables filled in, by the panel it is for. */
export const panelQueries = dashboards.flatMap(({ uid, panels, annotations }) => [
  ...annotations.list.map(({ expr }) => ({ panel: `${uid}: annotations`, expr: filled(expr) })),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ panel: `${uid}: ${title}`, expr: filled(expr) }))),
]);

function filled(expr: string): string {
  return expr.replaceAll("$namespace", context.namespace).replaceAll("$service", context.service).replaceAll("$__rate_interval", "2m");
}
