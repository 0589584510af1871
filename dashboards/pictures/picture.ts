import { type Axis, chart } from "./chart.ts";
import { colors, font } from "./colors.ts";
import { formatted } from "./format.ts";
import type { Line, Period } from "./prometheus.ts";

const columns = 24;
const width = 1440;
const unitHeight = 32;
const gap = 6;
const head = 64;
const rowHeight = 30;

export interface PicturePanel {
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  axis: Axis;
  steps: { value: number | null; color: string }[];
  noValue: string;
  lines: Line[];
}

export interface PictureRow {
  title: string;
  panels: PicturePanel[];
}

export const caption = "Drawn from live answers; not a screenshot of Grafana";

/** A dashboard as one SVG: rows, panels in their grid, numbers and lines. */
export function picture(title: string, rows: PictureRow[], period: Period): string {
  let y = head;
  const drawn = rows.map((row) => {
    const from = Math.min(...row.panels.map(({ gridPos }) => gridPos.y));
    const label = text(gap, y + 20, row.title, 14, colors.text, "600");
    const top = y + rowHeight;
    const panels = row.panels.map((panel) => {
      const { x, w, h } = panel.gridPos;
      const box = {
        x: (x * width) / columns,
        y: top + (panel.gridPos.y - from) * unitHeight,
        width: (w * width) / columns - gap,
        height: h * unitHeight - gap,
      };
      return panelSvg(panel, box, period);
    });
    y = top + Math.max(...row.panels.map(({ gridPos }) => gridPos.y + gridPos.h - from)) * unitHeight;
    return label + panels.join("");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 30}" width="${width}" height="${y + 30}" font-family="${font}">`,
    `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="${colors.page}"/>`,
    text(gap, 36, title, 22, colors.text, "600"),
    ...drawn,
    text(gap, y + 18, caption, 12, colors.faint),
    "</svg>\n",
  ].join("\n");
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function panelSvg(panel: PicturePanel, box: Box, period: Period): string {
  const legend = legendSvg(panel.lines, box);
  const inner = { width: box.width - 16, height: box.height - 42 - legend.rows * legendHeight };
  const content =
    panel.lines.length === 0
      ? text(box.width / 2, box.height / 2 + 8, panel.noValue, 15, colors.faint, "400", "middle")
      : panel.type === "stat"
        ? stat(panel, box)
        : `<g transform="translate(8,34)">${chart(panel.lines, panel.axis, period, inner.width, inner.height)}</g>${legend.svg}`;
  return (
    `<g transform="translate(${box.x},${box.y})"><rect width="${box.width}" height="${box.height}" rx="3" fill="${colors.panel}" stroke="${colors.border}"/>` +
    `${text(10, 22, panel.title, 13, colors.text, "500")}${content}</g>\n`
  );
}

const legendHeight = 16;
/** More than two rows would take the room from the lines. */
const legendRows = 2;

/** Names of the lines below them; those that find no room are counted. */
function legendSvg(lines: Line[], { width, height }: Box): { rows: number; svg: string } {
  const entries = [...new Map(lines.map(({ name }, index) => [name, colors.lines[index % colors.lines.length]!]))];
  const placed: { x: number; row: number; name: string; color: string }[] = [];
  let [x, row] = [12, 0];
  for (const [name, color] of entries) {
    const wide = 28 + name.length * 6.6;
    if (x + wide > width - 70 && x > 12) [x, row] = [12, row + 1];
    if (row === legendRows) break;
    placed.push({ x, row, name, color });
    x += wide;
  }
  const rows = Math.min(row + 1, legendRows);
  const y = (of: number) => height - 10 - (rows - 1 - of) * legendHeight;
  const left = entries.length - placed.length;
  const more = left > 0 ? text(width - 12, y(rows - 1), `+ ${left} more`, 11, colors.faint, "400", "end") : "";
  const marks = placed.map(
    (one) =>
      `<rect x="${round(one.x)}" y="${y(one.row) - 5}" width="12" height="3" fill="${one.color}"/>${text(one.x + 16, y(one.row), one.name, 11, colors.text)}`,
  );
  return { rows, svg: marks.join("") + more };
}

/** The last value of each line, in the color of the highest step that it has reached. */
function stat({ lines, axis, steps }: PicturePanel, { width, height }: Box): string {
  const shown = lines.slice(0, 6);
  const cell = width / shown.length;
  const size = Math.min(34, cell / 5, height / 4);
  return shown
    .map(({ name, points }, index) => {
      const value = points.at(-1)![1];
      const step = steps.filter((one) => one.value === null || value >= one.value).at(-1)!;
      const color = steps.length > 1 ? colors.limits[step.color]! : colors.text;
      const x = cell * (index + 0.5);
      const label = shown.length > 1 || name.includes("-") ? text(x, height / 2 + 34, name, 12, colors.faint, "400", "middle") : "";
      return text(x, height / 2 + 12, formatted(value, axis.unit), size, color, "600", "middle") + label;
    })
    .join("");
}

function text(x: number, y: number, value: string, size: number, fill: string, weight = "400", anchor = "start"): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${round(size)}" fill="${fill}" font-weight="${weight}" text-anchor="${anchor}">${escaped(value)}</text>`;
}

const round = (value: number) => Math.round(value * 10) / 10;
const escaped = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
