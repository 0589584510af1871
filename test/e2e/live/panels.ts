import { list } from "../kubernetes.ts";
import type { Stack } from "../stack.ts";

/** A query of a panel, with its variables filled in. */
export interface PanelQuery {
  /** Subject of the dashboard, which is its last tag. */
  dashboard: string;
  panel: string;
  /** Names the query in its panel. */
  query: string;
  expr: string;
  unit: string | undefined;
  /** Which kind of store is asked: `prometheus`, `loki`. */
  store: string;
}

/** As much of Grafana's JSON as matters here. */
interface Panel {
  type: string;
  title?: string;
  panels?: Panel[];
  datasource?: { type?: string };
  fieldConfig?: { defaults?: { unit?: string } };
  targets?: { expr?: string; refId?: string; legendFormat?: string; datasource?: { type?: string } }[];
}

/** Seconds of the range that panels are asked for, and between two points. */
export const shown = { range: 300, step: 15 };

/** Lines of one query above which nobody reads its panel, and series above which it is slow to ask. */
export const bounds = { series: 30, read: 500 };

/** Every query of every dashboard that the stack has. */
export async function panelQueries(stack: Stack): Promise<PanelQuery[]> {
  return panelQueriesIn(await list(stack.namespace, "configmaps"), { namespace: stack.namespace, service: stack.service });
}

/** Every query of the dashboards that some objects hold. */
export function panelQueriesIn(objects: readonly { data?: Record<string, string> }[], variables: { namespace: string; service: string }): PanelQuery[] {
  const texts = objects.flatMap(({ data = {} }) => Object.entries(data).flatMap(([name, text]) => (name.endsWith(".json") ? [text] : [])));
  const dashboards = texts.map((text) => JSON.parse(text)).filter(({ tags = [] }) => tags.includes("slipway"));
  return dashboards.flatMap(({ tags, panels }) => flat(panels).flatMap((panel) => queriesOf(tags.at(-1), panel, variables)));
}

const flat = (panels: Panel[]): Panel[] => panels.flatMap((panel) => [panel, ...flat(panel.panels ?? [])]);

export function queriesOf(dashboard: string, panel: Panel, variables: Record<string, string>): PanelQuery[] {
  return (panel.targets ?? []).flatMap(({ expr, refId, legendFormat, datasource }) => {
    if (!expr) return [];
    const store = datasource?.type ?? panel.datasource?.type ?? "prometheus";
    const unit = panel.fieldConfig?.defaults?.unit;
    return { dashboard, panel: panel.title ?? "", query: legendFormat || refId || "", expr: filledIn(expr, variables), unit, store };
  });
}

/** Puts in what Grafana would, for the range shown. An unknown variable is a mistake of the dashboard. */
export function filledIn(expr: string, variables: Record<string, string>): string {
  const own: Record<string, string> = {
    __rate_interval: "1m",
    __interval: `${shown.step}s`,
    __range: `${shown.range}s`,
    __range_s: `${shown.range}`,
    ...variables,
  };
  return expr.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (text, braced?: string, bare?: string) => {
    const value = own[braced ?? bare ?? ""];
    if (value === undefined) throw new Error(`The variable ${text} of "${expr}" is none that a panel may use; known are ${Object.keys(own).join(", ")}.`);
    return value;
  });
}
