import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  VizLegendOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import { ThresholdsConfigBuilder, ThresholdsMode } from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeSeriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in.
const chosen = "${datasource}";

/** The data source variable that every dashboard has. */
export const datasource = { type: "prometheus", uid: chosen };

export interface PanelText {
  title: string;
  /** What it shows and when to worry. */
  description: string;
  /** Grafana's name of the unit. */
  unit: string;
  /** PromQL by the name of its lines; a name may use labels, as in `{{route}}`. */
  queries: Record<string, string>;
  /** Where lines are drawn, ascending, and what lies above them. */
  limits?: Limit[];
  /** Colors what lies below the lowest limit. Defaults to green; red where little is bad, such as free space. */
  below?: string;
  min?: number;
  max?: number;
  /** Width in twenty-fourths. Defaults to a third of the page. */
  span?: number;
  /** What is shown when the query has no result. */
  noValue?: string;
}

export interface Limit {
  value: number;
  color: "green" | "orange" | "red";
}

function thresholds({ limits = [], below = "green" }: PanelText) {
  const first = { value: null, color: below };
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([first as unknown as { value: number; color: string }, ...limits]);
}

const queriesOf = ({ queries }: PanelText) =>
  Object.entries(queries).map(([legend, expr], index) =>
    new DataqueryBuilder()
      .datasource(datasource)
      .expr(expr)
      .legendFormat(legend)
      .refId(String.fromCharCode(65 + index)),
  );

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
  return builder;
}

/** Lines over time. */
export function lines(text: PanelText): TimeSeriesBuilder {
  const builder = filled(new TimeSeriesBuilder(), { min: 0, ...text });
  builder.fillOpacity(5).legend(new VizLegendOptionsBuilder().showLegend(true).displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom));
  if (text.limits) builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return builder;
}

/** One number per line, as it is now. */
export function numbers(text: PanelText): StatBuilder {
  return filled(new StatBuilder(), text).reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
}
