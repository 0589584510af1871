import { subjectsOf } from "./dashboard.ts";
import { dataDashboard } from "./data.ts";
import type { DashboardOptions } from "./options.ts";
import { serviceDashboard } from "./service.ts";

export type * from "./options.ts";
export { dashboardUid } from "./uid.ts";

const makers = { service: serviceDashboard, data: dataDashboard };

/** The dashboards of one service: Grafana's classic JSON by file name. The name is unique in a Grafana, whose sidecar keeps all files in one folder. */
export function serviceDashboards(options: DashboardOptions): Record<string, string> {
  const all = subjectsOf(options).map((subject) => makers[subject](options));
  return Object.fromEntries(all.map((dashboard) => [`${dashboard.uid}.json`, JSON.stringify(dashboard)]));
}
