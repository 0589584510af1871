import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuleFile } from "../../infra/components/prometheus/rule.ts";

/** Why the tests with promtool did not run, or undefined when they can. */
export const promtoolMissing =
  spawnSync("promtool", ["--version"]).status === 0
    ? undefined
    : "promtool is not on PATH; install it by `apt-get install prometheus` or from https://prometheus.io/download/, then run again";

if (promtoolMissing) console.warn(`SKIPPED: alert rules were not evaluated, since ${promtoolMissing}.`);

/** What an expression must give at a time, on some series. */
export interface Expectation {
  /** Time since the start, such as `1h5m`. */
  at: string;
  expr: string;
  /** The one value, without labels. */
  value: number;
}

export interface RuleTest {
  /** Names the test in the report; must be unique and without quotes. */
  name: string;
  /** Series by selector, in promtool's notation: `0+60x30` is 31 samples that rise by 60. One sample a minute. */
  series: Record<string, string>;
  expect: Expectation[];
}

export interface RuleTests {
  rules: RuleFile;
  /** How often rules are evaluated; promtool ignores what a group says. */
  evaluation: string;
  tests: RuleTest[];
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Everything that `promtool check rules` finds, or an empty string. */
export function checkRules(files: RuleFile[]): string {
  return inFolder((folder) => {
    const paths = files.map((rules, index) => {
      const path = join(folder, `${index}.yaml`);
      writeFileSync(path, JSON.stringify(rules));
      return path;
    });
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", "--lint=all", "--lint-fatal", ...paths], { encoding: "utf8" });
    return status === 0 ? "" : stdout + stderr;
  });
}

/** What `promtool check config` finds in a configuration of Prometheus, or an empty string. */
export function checkConfig(text: string): string {
  return inFolder((folder) => {
    const path = join(folder, "prometheus.yaml");
    writeFileSync(path, text);
    // Syntax only: the files that a cluster's configuration names are in the cluster.
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "config", "--syntax-only", path], { encoding: "utf8" });
    return status === 0 ? "" : stdout + stderr;
  });
}

/** Runs all tests in one process; gives the report of each test that failed, by its name. */
export function runRuleTests(files: RuleTests[]): Map<string, string> {
  const output = inFolder((folder) => {
    const paths = files.map((file, index) => {
      const rules = `${index}.rules.yaml`;
      const path = join(folder, `${index}.test.yaml`);
      writeFileSync(join(folder, rules), JSON.stringify(file.rules));
      writeFileSync(path, JSON.stringify({ rule_files: [rules], evaluation_interval: file.evaluation, tests: file.tests.map(promtoolTest) }));
      return path;
    });
    const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", ...paths], { encoding: "utf8", maxBuffer: 64 * 2 ** 20 });
    return status === 0 ? "" : `${stdout}\n${stderr}`;
  });
  const names = files.flatMap(({ tests }) => tests.map(({ name }) => name));
  const failed = new Map(names.flatMap((name) => reportOf(name, output)));
  // A mistake in the tests themselves carries no name; it must not pass for success.
  if (output !== "" && failed.size === 0) throw new Error(output);
  return failed;
}

function promtoolTest({ name, series, expect }: RuleTest) {
  // Older promtools leave a test's name out of their report; as a label of the result it is part of the expression, which they print.
  const named = (expr: string) => `label_replace(${expr}, "test", "${name}", "", "")`;
  return {
    name,
    interval: "1m",
    input_series: Object.entries(series).map(([selector, values]) => ({ series: selector, values })),
    promql_expr_test: expect.map(({ at, expr, value }) => ({
      expr: named(expr),
      eval_time: at,
      exp_samples: [{ labels: `{test="${name}"}`, value }],
    })),
  };
}

/** The part of promtool's report that is about one test: the expression, what was expected and what came. */
function reportOf(name: string, output: string): [string, string][] {
  const lines = output.split("\n");
  const at = lines.findIndex((line) => line.includes(`\\"${name}\\"`));
  return at < 0 ? [] : [[name, lines.slice(at, at + 3).join("\n")]];
}

/** An expression that is 1 when an alert with these labels fires, else 0. */
export function firing(labels: Record<string, string>): string {
  const selector = Object.entries({ alertstate: "firing", ...labels }).map(([label, value]) => `${label}="${value}"`);
  return `((count(ALERTS{${selector.join(",")}}) > bool 0) or vector(0))`;
}
