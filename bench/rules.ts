/**
 * What the rules of one service cost: generating them with dashboards, and one evaluation of all of them by a real Prometheus that holds
 * 30 days of generated series and goes on receiving them. Needs `prometheus` and `promtool` on PATH. `node bench/rules.ts`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serviceDashboards } from "slipway-dashboards";
import { freePort } from "../app/local/free-port.ts";
import { everything } from "../dashboards/example.ts";
import type { RuleFile } from "../infra/components/prometheus/rule.ts";
import { causeRules, context, objectiveRules } from "../test/rules/subject.ts";
import { writeBlocks } from "./rules/blocks.ts";
import { evaluateOften, keepScraped, sendRecent, startPrometheus } from "./rules/prometheus.ts";
import { serviceSeries } from "./rules/series.ts";

/** Prometheus holds what is younger than two hours in memory. */
const headSeconds = 7200;

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

interface Evaluated {
  name: string;
  evaluationTime: number;
}
interface EvaluatedGroup extends Evaluated {
  rules: (Evaluated & { health: string; state?: string })[];
}

/** What a dozen evaluations gave, the cold ones before them left out. */
async function evaluations(port: number): Promise<EvaluatedGroup[][]> {
  const readings: EvaluatedGroup[][] = [];
  for (let waited = 0; waited < 60 && readings.length < 14; waited++) {
    await sleep(5000);
    const groups = await evaluated(port).catch(() => []);
    const rules = groups.flatMap((group) => group.rules);
    if (rules.length === 0 || rules.some(({ health }) => health === "unknown")) continue;
    const broken = rules.find(({ health, state, name }) => health !== "ok" || (state === "firing" && name !== "Watchdog"));
    if (broken) throw new Error(JSON.stringify(broken));
    readings.push(groups);
  }
  if (readings.length <= 2) throw new Error("Prometheus evaluated nothing within five minutes");
  return readings.slice(2);
}

async function evaluated(port: number): Promise<EvaluatedGroup[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/rules`);
  return ((await response.json()) as { data: { groups: EvaluatedGroup[] } }).data.groups;
}

/** Of each rule or group one number of all readings, in milliseconds. */
function milliseconds(readings: Evaluated[][], choose: (values: number[]) => number): [name: string, milliseconds: number][] {
  return readings[0]!.map(({ name }, index) => [name, 1000 * choose(readings.map((reading) => reading[index]!.evaluationTime))]);
}

const sum = (of: [string, number][]) => tenths(of.reduce((all, [, one]) => all + one, 0));
const tenths = (value: number) => Number(value.toFixed(1));

const folder = mkdtempSync(join(tmpdir(), "slipway-bench-rules-"));
const first = generationMilliseconds();
const generation = median(Array.from({ length: 20 }, generationMilliseconds));
const rules = allRules();
const series = await serviceSeries(rules, context);
const headFrom = Math.floor(Date.now() / 1000) - headSeconds;
const samplesInBlocks = await writeBlocks(series, headFrom, folder);
const port = await freePort();
const prometheus = await startPrometheus(folder, port);
let stopScrapes = () => {};
try {
  const samplesInMemory = await sendRecent(port, series, headFrom);
  stopScrapes = keepScraped(port, series);
  evaluateOften(prometheus, folder, rules);
  const groups = await evaluations(port);
  const evaluatedRules = groups.map((reading) => reading.flatMap((group) => group.rules.map((rule) => ({ ...rule, name: `${group.name} ${rule.name}` }))));
  const medians = milliseconds(evaluatedRules, median);
  const count = (kind: "alert" | "record") => rules.groups.flatMap((group) => group.rules).filter((rule) => kind in rule).length;
  console.log(
    JSON.stringify({
      bench: "rules",
      generationMilliseconds: { first: Number(first.toFixed(1)), median: Number(generation.toFixed(1)) },
      evaluationMilliseconds: sum(medians),
      // Of the least of each rule: what it takes while nothing else wants the processor.
      undisturbedMilliseconds: sum(milliseconds(evaluatedRules, (values) => Math.min(...values))),
      // With what Prometheus does between two rules of a group.
      groupsMilliseconds: sum(milliseconds(groups, median)),
      slowest: Object.fromEntries(
        medians
          .toSorted(([, a], [, b]) => b - a)
          .slice(0, 5)
          .map(([name, value]) => [name, tenths(value)]),
      ),
      rules: { alerting: count("alert"), recording: count("record") },
      series: series.length,
      samples: { blocks: samplesInBlocks, memory: samplesInMemory },
      target: { generationMilliseconds: 100, evaluationMilliseconds: 50 },
    }),
  );
} finally {
  stopScrapes();
  prometheus.kill();
  rmSync(folder, { recursive: true });
}
