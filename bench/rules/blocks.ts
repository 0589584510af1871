import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { every, type Generated, historySeconds, secondsBetween, valueAt } from "./series.ts";

const hour = 3600;

/**
 * When samples lie. What long windows are summed from is there as often as it is recorded. No rule reads further back than six hours in
 * anything else, but for one that takes a sample every six hours: others are left out, or the file would have 300 million lines.
 */
function times(one: Generated, from: number, to: number): number[] {
  if (/increase\d+m$/.test(one.name)) return every(secondsBetween(one), from, to);
  // The other two hours are in memory.
  const dense = to - 4 * hour;
  return [...every(6 * hour, from, dense), ...every(secondsBetween(one), dense, to)];
}

/** Writes the series up to a time as blocks of Prometheus's storage. Gives the number of samples. */
export async function writeBlocks(series: Generated[], to: number, folder: string): Promise<number> {
  const text = join(folder, "series.om");
  const file = createWriteStream(text);
  let samples = 0;
  const families = Map.groupBy(series, ({ name }) => name);
  for (const [name, members] of families) {
    file.write(`# TYPE ${name} unknown\n`);
    for (const one of members) {
      const moments = times(one, to - historySeconds, to);
      const selector = Object.entries(one.labels).map(([label, text]) => `${label}="${text}"`);
      samples += moments.length;
      const lines = moments.map((at) => `${name}{${selector.join(",")}} ${valueAt(one, at)} ${at}\n`);
      if (!file.write(lines.join(""))) await once(file, "drain");
    }
  }
  file.end("# EOF\n");
  await once(file, "finish");
  // The longest blocks of a Prometheus that keeps 30 days: its ranges are 2 h, 6 h, 18 h and 54 h, and none is over a tenth of that time.
  const { status, stderr } = spawnSync(
    "promtool",
    ["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=54h", "--quiet", text, join(folder, "data")],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`promtool: ${stderr}`);
  return samples;
}
