/**
 * How fast the exporter of backups answers with 10,000 objects in the bucket: its first scrape, those after it, and those while it looks at
 * the bucket again; and what memory it takes. Against a plain server of Node with a body of the same length, in the same run.
 * `node bench/exporter.ts [--objects 10000] [--scrapes 300]`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../app/local/free-port.ts";
import { publicKeyPem } from "../infra/components/backup-tools/drill/evidence.ts";
import { mebibytes, median, printTable, quantile } from "./data/figures.ts";
import { memoryOf, podProgram } from "./data/pod-program.ts";
import { type Bench, runBench } from "./data/run-bench.ts";
import { bucketEnvironment } from "./data/service.ts";

const targetMilliseconds = 200;

await runBench(async (bench) => {
  const objects = bench.number("objects", 10_000);
  const scrapes = bench.number("scrapes", 300);
  const seed = randomBytes(32).toString("hex");
  const bucket = bucketEnvironment(bench, await besides(bench, "store.ts", `${objects}`, seed));

  const port = await freePort();
  // As its pod runs it, but that it looks again after a second: else a bench would wait minutes for a look to be scraped in.
  const exporter = podProgram(
    bench,
    "exporter/main",
    80,
  )({ ...bucket, DRILL_PUBLIC_KEY: publicKeyPem(seed), LOOK_SECONDS: "1", PATH: process.env.PATH, PORT: `${port}` });
  const began = performance.now();
  const first = await firstAnswer(`http://127.0.0.1:${port}/metrics`, exporter.child);
  const ready = performance.now() - began;
  const missing = /^backup_bucket_objects (\d+)$/m.exec(first.text)?.[1];
  if (missing !== `${objects}` || !first.text.includes("backup_unreadable 0"))
    throw new Error(`the exporter sees another bucket: ${first.text.slice(0, 1000)}`);

  const plain = await besides(bench, "plain-server.ts", `${first.text.length}`);
  const [all, looks, baseline] = [[] as number[], [] as number[], [] as number[]];
  for (let n = 0; n < scrapes; n += 1) {
    const { milliseconds, text } = await scrape(`http://127.0.0.1:${port}/metrics`);
    all.push(milliseconds);
    looks.push(Number(/^backup_bucket_look_duration_seconds (.*)$/m.exec(text)![1]) * 1000);
    baseline.push((await scrape(plain)).milliseconds);
    await sleep(20);
  }
  const memory = memoryOf(exporter.child.pid);
  const slowest = Math.max(first.milliseconds, ...all);
  const row = (what: string, values: number[]) => [what, ...[median(values), quantile(values, 0.99), Math.max(...values)].map((value) => value.toFixed(1))];
  console.log(`${objects} objects, an answer of ${first.text.length} bytes; milliseconds`);
  printTable(
    ["what", "median", "99th", "most"],
    [
      row("first scrape that is answered", [first.milliseconds]),
      row(`${scrapes} scrapes, looks among them`, all),
      row("plain server, same body", baseline),
      row("a look at the bucket, behind them", looks),
      row("from its start to the first answer", [ready]),
    ],
  );
  console.log(
    `ratio of medians to the plain server ${(median(all) / median(baseline)).toFixed(2)}; memory ${memory ? `${mebibytes(memory.now)}, ${mebibytes(memory.peak)} at most` : "unknown"}`,
  );
  console.log(`slowest ${slowest.toFixed(0)} ms, target under ${targetMilliseconds} ms: ${slowest < targetMilliseconds ? "met" : "MISSED"}`);
  // A time says as much of the machine as of the exporter, so it fails nothing.
  return true;
});

async function scrape(url: string): Promise<{ milliseconds: number; status: number; text: string }> {
  const began = performance.now();
  const response = await fetch(url);
  const text = await response.text();
  return { milliseconds: performance.now() - began, status: response.status, text };
}

/** The first scrape with figures: until the first look has ended there are none. */
async function firstAnswer(url: string, { exitCode }: ChildProcess) {
  for (let attempt = 0; attempt < 6000 && exitCode === null; attempt += 1) {
    const answer = await scrape(url).catch(() => undefined);
    if (answer?.status === 200) return answer;
    await sleep(10);
  }
  throw new Error("the exporter had no figures within a minute");
}

/** Starts a script of the folder beside this one and waits for the address that it prints. */
async function besides(bench: Bench, script: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "exporter", script), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  bench.atEnd(() => child.kill());
  const [address] = await once(child.stdout, "data");
  return String(address).trim();
}
