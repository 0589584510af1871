import type { DashboardOptions } from "./options.ts";
import { dashboardUid } from "./uid.ts";

/** A dashboard each; alerts name the one that shows their cause. In the order in which links to them stand. */
export type Subject = "service" | "objectives" | "worker" | "postgres" | "redis" | "backups" | "resources" | "edge";

const titles: Record<Subject, string> = {
  service: "service",
  objectives: "objectives",
  worker: "worker and queue",
  postgres: "Postgres",
  redis: "Redis",
  backups: "backups and restores",
  resources: "cluster resources",
  edge: "edge and certificates",
};

/** The dashboards that a service has: one without a panel would be a link to nothing. */
export function subjectsOf({ objectives, worker, postgres, redis = [], backups = [], restoreDrill, edge }: DashboardOptions): Subject[] {
  const { availability, latency, ratios = [] } = objectives;
  const has: Record<Subject, boolean> = {
    service: true,
    objectives: Boolean(availability || latency || ratios.length > 0),
    worker: Boolean(worker),
    postgres: Boolean(postgres),
    redis: redis.length > 0,
    backups: backups.length > 0 || Boolean(restoreDrill),
    resources: true,
    edge: Boolean(edge),
  };
  return (Object.keys(has) as Subject[]).filter((subject) => has[subject]);
}

export function titleOf({ service, namespace }: DashboardOptions, subject: Subject): string {
  return `${service} (${namespace}): ${titles[subject]}`;
}

/** Address of each dashboard in the Grafana at `grafanaUrl`, such as `https://grafana.example.org`, by its subject: what alerts carry. */
export function dashboardUrls(grafanaUrl: string, options: DashboardOptions): Record<string, string> {
  const base = grafanaUrl.replace(/\/+$/, "");
  return Object.fromEntries(subjectsOf(options).map((subject) => [subject, `${base}/d/${dashboardUid(options.namespace, options.service, subject)}`]));
}
