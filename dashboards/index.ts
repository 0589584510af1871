import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { backupsDashboard } from "./backups.ts";
import { edgeDashboard } from "./edge.ts";
import { objectivesDashboard } from "./objectives.ts";
import type { DashboardOptions } from "./options.ts";
import { postgresDashboard } from "./postgres.ts";
import { redisDashboard } from "./redis.ts";
import { resourcesDashboard } from "./resources.ts";
import { serviceDashboard } from "./service.ts";
import { type Subject, subjectsOf } from "./subjects.ts";
import { workerDashboard } from "./worker.ts";

export type * from "./options.ts";
export { dashboardUrls, type Subject } from "./subjects.ts";
export { dashboardUid } from "./uid.ts";

const makers: Record<Subject, (options: DashboardOptions) => Dashboard> = {
  service: serviceDashboard,
  objectives: objectivesDashboard,
  worker: workerDashboard,
  postgres: postgresDashboard,
  redis: redisDashboard,
  backups: backupsDashboard,
  resources: resourcesDashboard,
  edge: edgeDashboard,
};

/** The dashboards of one service: Grafana's classic JSON by file name. The name is unique in a Grafana, whose sidecar keeps all files in one folder. */
export function serviceDashboards(options: DashboardOptions): Record<string, string> {
  const all = subjectsOf(options).map((subject) => makers[subject](options));
  return Object.fromEntries(all.map((dashboard) => [`${dashboard.uid}.json`, JSON.stringify(dashboard)]));
}
