import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Generated } from "./series.ts";

const day = 86_400;

/**
 * When samples lie. What long windows are summed from is there as often as it is recorded, for 30 days. No rule reads further back than two hours in
 * anything else: that has a sample every 30 seconds for six hours and one in half an hour before, or the file would have 300 million lines.
 */
function times(name: string, now: number): number[] {
  const every = (seconds: number, from: number, to: number) => Array.from({ length: Math.floor((to - from) / seconds) }, (_, index) => from + index * seconds);
  if (name.endsWith("increase10m")) return every(600, now - 30 * day, now);
  if (name.startsWith("slo:")) return every(30, now - 30 * day, now);
  return [...every(1800, now - 30 * day, now - 21_600), ...every(30, now - 21_600, now)];
}

/** Writes the series as blocks of Prometheus's storage. Gives the number of samples. */
export async function writeBlocks(series: Generated[], folder: string): Promise<number> {
  const text = join(folder, "series.om");
  const file = createWriteStream(text);
  const now = Math.floor(Date.now() / 1000);
  let samples = 0;
  const families = Map.groupBy(series, ({ name }) => name);
  for (const [name, members] of families) {
    file.write(`# TYPE ${name} unknown\n`);
    for (const { labels, perSecond, value } of members) {
      const selector = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
      const moments = times(name, now);
      samples += moments.length;
      const start = now - 30 * day;
      const lines = moments.map((at) => `${name}{${selector.join(",")}} ${perSecond === undefined ? value : (at - start) * perSecond} ${at}\n`);
      if (!file.write(lines.join(""))) await once(file, "drain");
    }
  }
  file.end("# EOF\n");
  await once(file, "finish");
  const { status, stderr } = spawnSync(
    "promtool",
    ["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=24h", "--quiet", text, join(folder, "data")],
    {
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`promtool: ${stderr}`);
  return samples;
}
