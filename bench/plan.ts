/**
 * What an offline plan costs: the plan of prod against a Pulumi program without a resource, both under mocks and each in processes
 * of their own; and how a program grows with the number of services in it. `node bench/plan.ts [rounds]`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Cost {
  cpuSeconds: number;
  megabytes: number;
}
interface Growth {
  services: number;
  resources: number;
  milliseconds: number;
}

const rounds = Number(process.argv[2] ?? 5);
const here = (file: string) => join(import.meta.dirname, file);

/** Runs a script that ends by printing one line of JSON. */
function run<Result>(...args: string[]): Result {
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
}

const out = mkdtempSync(join(tmpdir(), "slipway-bench-plan-"));
const report = ["--import", here("plan/report-cost.ts")];
const prod = () => run<Cost>(...report, here("../infra/plan/cli.ts"), "--stack", "prod", "--out", out);
const empty = () => run<Cost>(...report, here("plan/empty-program.ts"));

// The first of each fills the compile cache, as a user's first plan does.
prod();
empty();
const pairs = Array.from({ length: rounds }, () => ({ prod: prod(), empty: empty() }));
const growth = [1, 10, 100].map((services) => run<Growth>(here("plan/many-services.ts"), `${services}`));
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
console.log(
  JSON.stringify({
    bench: "plan",
    timeRatio: Number(median(pairs.map((pair) => pair.prod.cpuSeconds / pair.empty.cpuSeconds)).toFixed(2)),
    megabytes: median(pairs.map((pair) => pair.prod.megabytes)),
    emptyMegabytes: median(pairs.map((pair) => pair.empty.megabytes)),
    growth: growth.map((one) => ({ ...one, millisecondsPerResource: Number((one.milliseconds / one.resources).toFixed(2)) })),
    target: { timeRatio: 1.5, megabytes: 220, millisecondsPerResource: 5 },
  }),
);
