import {
  BigValueColorMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import { type DashboardLinkBuilder, ThresholdsConfigBuilder, ThresholdsMode } from "@grafana/grafana-foundation-sdk/dashboard";
import type { PanelBuilder as LogsBuilder } from "@grafana/grafana-foundation-sdk/logs";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeSeriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { chosen } from "./query.ts";

/** The data source variable that every dashboard has. */
export const datasource = { type: "prometheus", uid: chosen("datasource") };

/** A panel, and the alerts that begin where its lines stand. */
export interface Made {
  builder: StatBuilder | TimeSeriesBuilder | LogsBuilder;
  alerts: string[];
}

export interface PanelText {
  title: string;
  /** What it shows and when to worry. */
  description: string;
  /** Grafana's id of the unit. */
  unit: string;
  /** PromQL by the name of its lines; a name may use labels, as in `{{route}}`. */
  queries: Record<string, string>;
  /** Where lines are drawn, ascending, and what lies above them. */
  limits?: Limit[];
  /** Colors what lies below the lowest limit. Defaults to green; red where little is bad, such as free space. */
  below?: Limit["color"];
  /** Alerts whose runbooks it leads to. */
  alerts?: string[];
  min?: number;
  max?: number;
  /** Width in twenty-fourths. Defaults to a third of the page. */
  span?: number;
  /** What is shown when the query has no result. */
  noValue?: string;
  /** Whether points of single requests lead to their traces. */
  exemplar?: boolean;
  /** Where a click on a line leads. */
  dataLinks?: DashboardLinkBuilder[];
}

export interface Limit {
  value: number;
  color: "green" | "orange" | "red";
}

/** Lines over time. */
export function lines(text: PanelText): Made {
  const builder = filled(new TimeSeriesBuilder(), { min: 0, ...text })
    .fillOpacity(5)
    .legend(new VizLegendOptionsBuilder().showLegend(true).displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (text.limits) builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return { builder, alerts: text.alerts ?? [] };
}

/** One number per line, as it is now. */
export function numbers(text: PanelText): Made {
  const builder = filled(new StatBuilder(), text).reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
  if (!text.limits) builder.colorMode(BigValueColorMode.None);
  return { builder, alerts: text.alerts ?? [] };
}

function filled<Builder extends StatBuilder | TimeSeriesBuilder>(builder: Builder, text: PanelText): Builder {
  builder
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(datasource)
    .targets(queriesOf(text))
    .thresholds(thresholds(text))
    .noValue(text.noValue ?? "no data")
    .span(text.span ?? 8)
    .height(7);
  if (text.min !== undefined) builder.min(text.min);
  if (text.max !== undefined) builder.max(text.max);
  if (text.dataLinks?.length) builder.dataLinks(text.dataLinks);
  return builder;
}

function thresholds({ limits = [], below = "green" }: PanelText) {
  // Grafana's JSON begins with null for minus infinity; the SDK's type does not know it.
  const first = { value: null, color: below };
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([first as unknown as { value: number; color: string }, ...limits]);
}

function queriesOf({ queries, exemplar }: PanelText) {
  return Object.entries(queries).map(([legend, expr], index) => {
    const query = new DataqueryBuilder()
      .datasource(datasource)
      .expr(expr)
      .legendFormat(legend)
      .refId(String.fromCharCode(65 + index));
    return exemplar ? query.exemplar(true) : query;
  });
}
