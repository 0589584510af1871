import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RuleFile } from "../../infra/components/prometheus/rule.ts";
import { remoteWrite } from "./remote-write.ts";
import { every, type Generated, scrapeSeconds, secondsBetween } from "./series.ts";

const configuration = (folder: string) => join(folder, "prometheus.yaml");

/** Starts a Prometheus on the blocks in a folder, still without rules, and waits until it answers. */
export async function startPrometheus(folder: string, port: number): Promise<ChildProcess> {
  writeFileSync(configuration(folder), "{}");
  const prometheus = spawn(
    "prometheus",
    [
      `--config.file=${configuration(folder)}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--storage.tsdb.retention.time=60d",
      `--web.listen-address=127.0.0.1:${port}`,
      "--web.enable-remote-write-receiver",
      "--log.level=error",
    ],
    { stdio: "inherit" },
  );
  for (let waited = 0; waited < 120; waited++) {
    const ready = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
    if (ready?.ok) return prometheus;
    await sleep(500);
  }
  prometheus.kill();
  throw new Error("Prometheus was not ready within a minute");
}

/** Sends what there was from some time until now, which Prometheus then holds in memory. Gives the number of samples. */
export async function sendRecent(port: number, series: Generated[], from: number): Promise<number> {
  const now = Math.floor(Date.now() / 1000);
  const tenMinutes = 600;
  let samples = 0;
  for (let begin = from; begin <= now; begin += tenMinutes) {
    samples += await remoteWrite(port, series, (one) => every(secondsBetween(one), begin, Math.min(begin + tenMinutes, now + 1)));
  }
  return samples;
}

/** Goes on as scrapes do, until the returned function is called. What rules record they record themselves. */
export function keepScraped(port: number, series: Generated[]): () => void {
  const scraped = series.filter(({ name }) => !name.startsWith("slo:"));
  const timer = setInterval(() => void remoteWrite(port, scraped, () => [Math.floor(Date.now() / 1000)]), scrapeSeconds * 1000);
  return () => clearInterval(timer);
}

/** Has the rules evaluated from now on, all of them every five seconds, so that a minute gives a dozen readings. */
export function evaluateOften(prometheus: ChildProcess, folder: string, { groups }: RuleFile): void {
  writeFileSync(join(folder, "rules.json"), JSON.stringify({ groups: groups.map((group) => ({ ...group, interval: "5s" })) }));
  writeFileSync(configuration(folder), JSON.stringify({ rule_files: [join(folder, "rules.json")] }));
  prometheus.kill("SIGHUP");
}
