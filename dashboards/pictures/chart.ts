import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { colors, font } from "./colors.ts";
import { formatted } from "./format.ts";
import type { Line, Period } from "./prometheus.ts";

echarts.use([LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export interface Axis {
  unit: string;
  min?: number;
  max?: number;
  limits: { value: number; color: string }[];
}

/** Lines over time as SVG of the given size; limits are dashed. */
export function chart(lines: Line[], { unit, min, max, limits }: Axis, { from, to, step }: Period, width: number, height: number): string {
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const highest = Math.max(...values, Number.MIN_VALUE);
  // A limit far above the lines would press them flat: it is left out, as Grafana leaves it outside the axis.
  const shown = limits.filter(({ value }) => value <= highest * 3 || value <= (max ?? 0));
  const instance = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  instance.setOption({
    animation: false,
    backgroundColor: "transparent",
    color: colors.lines,
    textStyle: { fontFamily: font },
    grid: { left: 58, right: 12, top: 8, bottom: 20 },
    xAxis: {
      type: "time",
      min: from * 1000,
      max: to * 1000,
      splitNumber: 4,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: "#24272d" } },
      axisLabel: { color: colors.faint, fontSize: 10, hideOverlap: true, formatter: "{HH}:{mm}" },
    },
    yAxis: {
      type: "value",
      min: min ?? "dataMin",
      max: max ?? top(highest, unit, shown),
      splitNumber: 4,
      splitLine: { lineStyle: { color: "#24272d" } },
      axisLabel: { color: colors.faint, fontSize: 10, showMaxLabel: false, formatter: (value: number) => formatted(value, unit) },
    },
    series: lines.map(({ name, points }, index) => ({
      type: "line",
      name,
      showSymbol: points.length === 1,
      symbolSize: 4,
      lineStyle: { width: 1.5 },
      areaStyle: { opacity: 0.1 / lines.length },
      data: withGaps(points, step).map(([time, value]) => [time * 1000, value]),
      ...(index === 0 && {
        markLine: {
          symbol: "none",
          silent: true,
          label: { show: false },
          data: shown.map(({ value, color }) => ({ yAxis: value, lineStyle: { color: colors.limits[color], type: "dashed", width: 1 } })),
        },
      }),
    })),
  });
  const svg = instance.renderToSVGString();
  instance.dispose();
  return svg;
}

/** A missing answer is a gap, not a straight line over it. */
function withGaps(points: [number, number][], step: number): [number, number | null][] {
  return points.flatMap(([time, value], index): [number, number | null][] => {
    const before = points[index - 1]?.[0];
    return before !== undefined && time - before > step * 1.5
      ? [
          [before + step, null],
          [time, value],
        ]
      : [[time, value]];
  });
}

/** Room above the highest line and limit; a share that is whole ends at the top, and a line of zeros stays on the ground. */
function top(highest: number, unit: string, limits: Axis["limits"]): number {
  if (highest <= Number.MIN_VALUE && limits.length === 0) return 1;
  if (unit === "percentunit" && highest > 0.9 && highest <= 1) return 1;
  return Math.max(highest * 1.1, ...limits.map(({ value }) => value * 1.05));
}
