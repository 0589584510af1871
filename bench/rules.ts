/**
 * What the rules of one service cost: generating them with dashboards, and one evaluation of all of them by a real Prometheus that holds
 * 30 days of generated series. Needs `prometheus` and `promtool` on PATH. `node bench/rules.ts`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serviceDashboards } from "slipway-dashboards";
import { freePort } from "../app/local/free-port.ts";
import { everything } from "../dashboards/example.ts";
import type { RuleFile } from "../infra/components/prometheus/rule.ts";
import { causeRules, context, objectiveRules } from "../test/rules/subject.ts";
import { writeBlocks } from "./rules/blocks.ts";
import { serviceSeries } from "./rules/series.ts";

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const allRules = (): RuleFile => ({
  groups: [...objectiveRules({ availability: { target: 99.9 }, latency: { target: 99, thresholdMilliseconds: 250 } }).groups, ...causeRules().groups],
});

function generationMilliseconds(): number {
  const start = performance.now();
  JSON.stringify(allRules());
  serviceDashboards(everything);
  return performance.now() - start;
}

/** The same rules, all of them evaluated every five seconds, so that a minute gives a dozen readings. */
const often = ({ groups }: RuleFile): RuleFile => ({ groups: groups.map((group) => ({ ...group, interval: "5s" })) });

interface Evaluated {
  evaluationTime: number;
  health: string;
}

/** Median of the seconds that each rule took in a dozen evaluations, the cold ones before them left out. */
async function evaluationSeconds(port: number): Promise<number[]> {
  const readings: number[][] = [];
  for (let waited = 0; waited < 100 && readings.length < 12; waited++) {
    await sleep(5000);
    const rules = await evaluated(port).catch(() => []);
    if (rules.length === 0 || rules.some(({ health }) => health === "unknown")) continue;
    const broken = rules.find(({ health }) => health !== "ok");
    if (broken) throw new Error(JSON.stringify(broken));
    readings.push(rules.map(({ evaluationTime }) => evaluationTime));
  }
  const warm = readings.slice(2);
  if (warm.length === 0) throw new Error("Prometheus evaluated nothing within eight minutes");
  return warm[0]!.map((_, rule) => median(warm.map((reading) => reading[rule]!)));
}

async function evaluated(port: number): Promise<Evaluated[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/rules`);
  const { data } = (await response.json()) as { data: { groups: { rules: Evaluated[] }[] } };
  return data.groups.flatMap(({ rules }) => rules);
}

/** The rules that take longest, in milliseconds. */
function slowest({ groups }: RuleFile, seconds: number[]): Record<string, number> {
  const names = groups.flatMap((group) => group.rules.map((rule) => ("record" in rule ? `${group.name} ${rule.record}` : `${group.name} ${rule.alert}`)));
  const named = names.map((name, index) => [name, Number((seconds[index]! * 1000).toFixed(1))] as const);
  return Object.fromEntries(named.toSorted(([, a], [, b]) => b - a).slice(0, 5));
}

const folder = mkdtempSync(join(tmpdir(), "slipway-bench-rules-"));
const first = generationMilliseconds();
const generation = median(Array.from({ length: 20 }, generationMilliseconds));
const rules = allRules();
const series = await serviceSeries(rules, context);
const samples = await writeBlocks(series, folder);
writeFileSync(join(folder, "rules.json"), JSON.stringify(often(rules)));
writeFileSync(join(folder, "prometheus.yaml"), JSON.stringify({ global: { evaluation_interval: "30s" }, rule_files: [join(folder, "rules.json")] }));
const port = await freePort();
const prometheus = spawn(
  "prometheus",
  [
    `--config.file=${join(folder, "prometheus.yaml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    "--storage.tsdb.retention.time=60d",
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=error",
  ],
  { stdio: "inherit" },
);
try {
  const seconds = await evaluationSeconds(port);
  const count = (kind: "alert" | "record") => rules.groups.flatMap((group) => group.rules).filter((rule) => kind in rule).length;
  console.log(
    JSON.stringify({
      bench: "rules",
      generationMilliseconds: { first: Number(first.toFixed(1)), median: Number(generation.toFixed(1)) },
      evaluationMilliseconds: Number((seconds.reduce((sum, one) => sum + one, 0) * 1000).toFixed(1)),
      slowest: slowest(rules, seconds),
      rules: { alerting: count("alert"), recording: count("record") },
      series: series.length,
      samples,
      target: { generationMilliseconds: 100, evaluationMilliseconds: 50 },
    }),
  );
} finally {
  prometheus.kill();
  rmSync(folder, { recursive: true });
}
