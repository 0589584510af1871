import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alertTable } from "../../rules/table.ts";
import { repository } from "../engine.ts";
import type { ReceivedKind } from "../receivers/receivers.ts";
import type { Answer } from "./answer.ts";
import { titleOf } from "./fault.ts";
import { noSubject } from "./no-subject.ts";
import { bounds, type PanelQuery } from "./panels.ts";

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

/** Stands where a proof should. */
export const missing = "not yet";

const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

interface UnitCases {
  fires: string[];
  silent: string[];
}

/** What promtool has shown, by the title of the alert. */
export function unitCases(): Map<string, UnitCases> {
  return new Map(alertTable().map(({ name, severity, labels, fires, silent }) => [titleOf({ alertname: name, severity, ...labels }), { fires, silent }]));
}

const first = ([situation, ...others]: string[] = []) => (situation === undefined ? "" : situation + (others.length > 0 ? ` (and ${others.length} more)` : ""));

export function alertsPage(alerts: readonly AlertProof[]): string {
  const cases = unitCases();
  const shown = (title: string) => [first(cases.get(title)?.fires), first(cases.get(title)?.silent) || "it asks for no series, and always fires"];
  const rows = alerts.map(({ title, pace, lowered, fault, seconds, told }) => [
    title,
    ...shown(title),
    fault ?? missing,
    seconds === undefined ? "" : `${seconds} s`,
    lowered ? `${pace}; ${lowered}` : `${pace}`,
    told.join(", "),
  ]);
  const others = noSubject.flatMap(({ reason, alerts: titles }) => titles.map((title) => [title, ...shown(title), reason]));
  const units = ["alert", "fires in a unit test", "stays silent in a unit test"];
  return `# Proof of the alerts

Made by \`npm run proof\` from what the run saw. Each alert has situations in which promtool sees it fire and others in
which it stays silent (\`test/rules/cases\`; the first of each is named), and a fault that made it fire in the Prometheus of a running stack
(\`test/e2e/live/faults\`). There its rule ran in quick motion: every \`for\`, range, offset and interval divided by the number in the table, the
expression otherwise untouched unless a number is said to be lowered. The notification went through Alertmanager and the routes of
\`AlertRoutes\` to receivers that keep what they get. The seconds are from the fault to the first look, once a second, that saw the alert fire. When the faults were over, all were silent again but Watchdog.

${table([...units, "fired live by", "after", "quick motion", "told"], rows)}

## Without a subject in that stack

${table([...units, "why not live"], others)}
`;
}

export function panelsPage(panels: readonly PanelProof[]): string {
  const rows = panels.map(({ dashboard, panel, query, unit, seen, unavailable }) => {
    const answered = unavailable ? `not available in this cluster: ${unavailable}` : seen ? `${seen.series} of ${seen.read} series` : missing;
    return [dashboard, panel, query, unit ?? "", answered, seen?.fault ?? ""];
  });
  return `# Proof of the panels

Made by \`npm run proof\`, from what the run saw. Every query of every panel, with its variables filled in, was put to the
Prometheus of a running stack that served load. Shown are the lines it
drew and the series that were read for them: at most ${bounds.series} lines, and ${bounds.read} series.

${table(["dashboard", "panel", "query", "unit", "lines, series read", "under which fault"], rows)}
`;
}
