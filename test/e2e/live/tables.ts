import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alertTable } from "../../rules/table.ts";
import { repository } from "../engine.ts";
import type { ReceivedKind } from "../receivers/receivers.ts";
import type { Answer } from "./answer.ts";
import { titleOf } from "./fault.ts";
import type { PanelQuery } from "./panels.ts";

export interface AlertProof {
  title: string;
  /** By how much its rule was quickened. */
  pace: number;
  lowered?: string;
  fault?: string;
  /** From the fault to the alert. */
  seconds?: number;
  told: ReceivedKind[];
}

export interface PanelProof extends PanelQuery {
  seen?: Answer & { fault: string };
  /** Why this cluster has no data for it. */
  unavailable?: string;
}

/** Where the tables stand: in the repository when they are to be kept, else beside the stack's logs. */
function folderOf(run: string): string {
  return process.env.SLIPWAY_E2E_PROOF === "write" ? join(repository, "docs/proof") : join(run, "proof");
}

export function writeTables(run: string, alerts: readonly AlertProof[], panels: readonly PanelProof[]): void {
  const folder = folderOf(run);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "alerts.md"), alertsPage(alerts));
  writeFileSync(join(folder, "panels.md"), panelsPage(panels));
}

const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

export function alertsPage(alerts: readonly AlertProof[]): string {
  const cases = new Map(alertTable().map(({ name, severity, labels, ...rest }) => [titleOf({ alertname: name, severity, ...labels }), rest]));
  const rows = alerts.map(({ title, pace, lowered, fault, seconds, told }) => {
    const { fires = [], silent = [] } = cases.get(title) ?? {};
    const live = fault === undefined ? "not yet" : fault;
    return [
      title,
      fires[0] ?? "",
      silent[0] ?? "",
      live,
      seconds === undefined ? "" : `${seconds} s`,
      `${pace}${lowered ? `; ${lowered}` : ""}`,
      told.join(", "),
    ];
  });
  return `# Proof of the alerts

Made by \`SLIPWAY_E2E_PROOF=write npm run e2e\`, from what the run saw. Each alert has a situation in which promtool sees it fire and one in
which it stays silent (\`test/rules/cases\`; the first of each is named), and a fault that made it fire in the Prometheus of a running stack.
There its rule ran in quick motion: every \`for\`, range, offset and interval divided by the number in the table, the expression otherwise
untouched unless a number is said to be lowered. The notification went through Alertmanager and the routes of \`AlertRoutes\` to receivers
that keep what they get. When the faults were over, all were silent again but Watchdog.

${table(["alert", "fires in a unit test", "stays silent in a unit test", "fired live by", "after", "quick motion", "told"], rows)}
`;
}

export function panelsPage(panels: readonly PanelProof[]): string {
  const rows = panels.map(({ dashboard, panel, query, unit, seen, unavailable }) => {
    const answered = unavailable ? `not available in this cluster: ${unavailable}` : seen ? `${seen.series} of ${seen.read} series` : "not yet";
    return [dashboard, panel, query, unit ?? "", answered, seen?.fault ?? ""];
  });
  return `# Proof of the panels

Made by \`SLIPWAY_E2E_PROOF=write npm run e2e\`, from what the run saw. Every query of every panel, with its variables filled in, was put to the
Prometheus of a running stack that served load. Shown are the lines it drew and the series that were read for them.

${table(["dashboard", "panel", "query", "unit", "lines, series read", "under which fault"], rows)}
`;
}
