/** A panel that is empty while nothing is wrong, on purpose, and the fault under which it must not be. */
export interface QuietPanel {
  dashboard: string;
  panel: string;
  /** One of its queries. Left out, all of them. */
  query?: string;
  /** Name of the fault. */
  fault: string;
}

export const quiet: QuietPanel[] = [
  { dashboard: "backups", panel: "Failed Jobs kept", fault: "a backup into a bucket that is not there" },
  { dashboard: "edge", panel: "Failed at the edge", fault: "Postgres scaled to 0 while links are made" },
  { dashboard: "resources", panel: "Container restarts", fault: "a version that ends at its start" },
  { dashboard: "resources", panel: "Containers that ended or wait", fault: "a version that ends at its start" },
  { dashboard: "resources", panel: "Failed Jobs", fault: "a job of the team's own that exits with 1" },
  { dashboard: "service", panel: "Failed requests by route", fault: "Postgres scaled to 0 while links are made" },
  { dashboard: "service", panel: "Decisions without the shared store", fault: "both Redises scaled to 0" },
  { dashboard: "service", panel: "WebSocket closes", fault: "sixty WebSocket connections, of which six break off each second" },
];

/** What is summed every ten minutes: in a new namespace the first sum comes that late, so these are asked once more at the end. */
export const late = ["Error budget left", "Time to fail left", "Error budget left over time"].map((panel) => ({ dashboard: "objectives", panel }));

/** What this cluster has no source of, and why. */
export const unavailable: { dashboard: string; panel: string; reason: string }[] = [
  { dashboard: "resources", panel: "Network", reason: "its kubelet measures the network of the node, not of pods" },
];
