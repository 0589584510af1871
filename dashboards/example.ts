import { alertThresholds } from "../infra/components/alerts/thresholds.ts";
import { burnRates } from "../infra/components/service-level/burn-rate.ts";
import { type DashboardOptions, serviceDashboards } from "./index.ts";

/** A service with everything that can be shown, for the tests. */
export const everything: DashboardOptions = {
  namespace: "shop",
  service: "links",
  objectives: {
    availability: { target: 99.9 },
    latency: { target: 99, thresholdMilliseconds: 250 },
    ratios: [{ name: "hits", target: 99.9 }],
    windowDays: 30,
    burnRates: burnRates(30),
  },
  webSocket: true,
  worker: { job: "links-worker", deadLetterQueue: "dead-letters" },
  postgres: {
    exporterJob: "postgres-exporter",
    claim: "data-postgres-0",
    walArchive: { job: "postgres-wal", exporterJob: "backup-exporter", database: "links" },
    replicas: 2,
  },
  redis: [
    { exporterJob: "redis-cache-exporter", purpose: "cache" },
    { exporterJob: "redis-state-exporter", purpose: "state", replica: true },
  ],
  backups: [
    { cronJob: "postgres-backup", maximumAgeHours: 26, exporterJob: "backup-exporter" },
    { cronJob: "redis-state-backup", kind: "redis", maximumAgeHours: 8, exporterJob: "backup-exporter", database: "redis-state" },
    { cronJob: "postgres-wal-base", kind: "base", maximumAgeHours: 26, exporterJob: "backup-exporter", database: "links" },
  ],
  restoreDrill: { exporterJob: "backup-exporter", maximumAgeHours: 192, recoveryTimeSeconds: 3600, recoveryPointSeconds: 93_600 },
  edge: { certificate: "links-public" },
  logs: true,
  traces: true,
  runbookBaseUrl: "https://runbooks.example.org",
  thresholds: alertThresholds(),
};

export interface Target {
  expr: string;
  refId: string;
  legendFormat?: string;
  exemplar?: boolean;
  datasource: { type: string; uid: string };
}
export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { type: string; uid: string };
  links?: { title: string; url: string }[];
  targets: Target[];
  gridPos: { x: number; y: number; w: number; h: number };
  options?: { reduceOptions?: { calcs: string[] } };
  fieldConfig: {
    defaults: {
      unit?: string;
      noValue?: string;
      min?: number;
      max?: number;
      links?: { title: string; url: string }[];
      thresholds: { steps: { value: number | null; color: string }[] };
    };
  };
}
export interface DashboardJson {
  uid: string;
  title: string;
  editable: boolean;
  timezone: string;
  tags: string[];
  links: { title: string; url: string; includeVars: boolean; keepTime: boolean }[];
  templating: { list: { name: string; type: string; current?: { value: string }; refresh?: number }[] };
  annotations: { list: { expr: string }[] };
  panels: Panel[];
}

/** What Grafana reads, as it reads it. */
export function read(options: DashboardOptions): DashboardJson[] {
  return Object.values(serviceDashboards(options)).map((json) => JSON.parse(json) as DashboardJson);
}

export const shown = (dashboard: DashboardJson) => dashboard.panels.filter(({ type }) => type !== "row");
export const metricPanels = (dashboard: DashboardJson) => shown(dashboard).filter(({ type }) => type !== "logs");
