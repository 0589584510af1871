import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AlertingRule } from "../../../infra/components/prometheus/rule.ts";
import type { Received } from "../receivers/receivers.ts";
import { type Answer, answer } from "./answer.ts";
import { exceptions } from "./exceptions.ts";
import { type Fault, titleOf } from "./fault.ts";
import { bounds, type PanelQuery } from "./panels.ts";
import type { Prometheus } from "./prometheus.ts";
import { pace } from "./quick.ts";
import { late, quiet, unavailable } from "./quiet.ts";
import { type AlertProof, type PanelProof, writeTables } from "./tables.ts";
import { toldOf } from "./told.ts";

/** What the run has seen so far, of every alert and every panel that the stack has. */
export class Proofs {
  readonly #prometheus: Prometheus;
  #alerts: AlertProof[] = [];
  #panels: PanelProof[] = [];
  #labels = new Map<string, Record<string, string>>();

  constructor(prometheus: Prometheus) {
    this.#prometheus = prometheus;
  }

  expect(rules: readonly AlertingRule[], queries: readonly PanelQuery[]): void {
    this.#alerts = rules.map(({ alert, labels }) => {
      const title = titleOf({ alertname: alert, ...labels });
      const { pace: by = pace, lowered } = exceptions[alert] ?? {};
      this.#labels.set(title, { alertname: alert, ...labels });
      return { title, pace: by, ...(lowered && { lowered: `${lowered.from.trim()} to ${lowered.to.trim() || "seconds"}: ${lowered.reason}` }), told: [] };
    });
    this.#panels = queries.map((query) => ({ ...query, unavailable: unavailable.find((one) => isOf(query, one))?.reason }));
  }

  fired(faults: readonly Fault[], after: ReadonlyMap<string, number>): void {
    for (const fault of faults) {
      for (const title of fault.alerts) {
        const proof = this.#alerts.find((one) => one.title === title);
        if (proof && after.has(title)) Object.assign(proof, { fault: fault.name, seconds: after.get(title) });
      }
    }
  }

  told(received: readonly Received[], service: string): void {
    for (const proof of this.#alerts) proof.told = toldOf(received, { ...this.#labels.get(proof.title)!, service });
  }

  /** Asks the panels that are for a fault, or, under load alone, all others. */
  async askPanels(fault: string | undefined): Promise<void> {
    for (const panel of this.#panels) {
      if (panel.unavailable || panel.store !== "prometheus" || faultOf(panel) !== fault) continue;
      const seen: Answer = await answer(this.#prometheus, panel);
      if (answered(seen) || !panel.seen) panel.seen = { ...seen, fault: fault ?? "none, under load" };
    }
  }

  /** Alerts that a round's faults were to make fire and did not, or that the stack does not have. */
  silentUnder(faults: readonly Fault[]): string[] {
    return faults.flatMap(({ name, alerts }) =>
      alerts.flatMap((title) => {
        const proof = this.#alerts.find((one) => one.title === title);
        if (!proof) return [`${title} is no alert of the stack, but the fault "${name}" names it`];
        return proof.fault === name ? [] : [`${title} did not fire under "${name}"`];
      }),
    );
  }

  unprovedAlerts(): string[] {
    return this.#alerts.flatMap(({ title, fault, told }) =>
      fault === undefined ? [`${title}: no fault made it fire`] : told.length === 0 ? [`${title}: nobody was told`] : [],
    );
  }

  emptyPanels(): string[] {
    return this.#panels.filter((panel) => !panel.unavailable && faultOf(panel) === undefined && !isLate(panel) && !answered(panel.seen)).map(nameOf);
  }

  unprovedPanels(): string[] {
    return this.#panels.filter((panel) => !panel.unavailable && !answered(panel.seen)).map(nameOf);
  }

  greedyPanels(): string[] {
    return this.#panels
      .filter(({ seen }) => seen && (seen.series > bounds.series || seen.read > bounds.read))
      .map((panel) => `${nameOf(panel)}: ${panel.seen!.series} lines of ${panel.seen!.read} series`);
  }

  write(folder: string): void {
    writeFileSync(join(folder, "proofs.json"), JSON.stringify({ alerts: this.#alerts, panels: this.#panels }, null, 2));
    writeTables(folder, this.#alerts, this.#panels);
  }
}

/** A query that ends in `or vector(0)` draws a line of nothing; only one that read a series shows something. */
const answered = (seen: Answer | undefined) => seen !== undefined && seen.series > 0 && seen.read > 0;

const nameOf = ({ dashboard, panel, query }: PanelQuery) => `${dashboard} / ${panel} / ${query}`;

function isOf(query: PanelQuery, one: { dashboard: string; panel: string; query?: string }): boolean {
  return one.dashboard === query.dashboard && one.panel === query.panel && (one.query === undefined || one.query === query.query);
}

const faultOf = (panel: PanelQuery) => quiet.find((one) => isOf(panel, one))?.fault;

const isLate = (panel: PanelQuery) => late.some((one) => isOf(panel, one));
