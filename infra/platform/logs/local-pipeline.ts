import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { logRules } from "./alerts.ts";
import { logCollectorConfig, podLogMount } from "./collector-config.ts";
import { lokiConfig, lokiPaths } from "./loki-config.ts";
import type { LogsSpec } from "./spec.ts";

/** Programs that the tests of the pipeline run, and that are missing here. */
export const missingPrograms = ["loki", "otelcol"].filter((program) => spawnSync(program, ["--version"]).error !== undefined);

/** Loki and a collector as processes of this machine, with the very configs of the cluster but for folders and ports. */
export class LocalPipeline {
  readonly folder = mkdtempSync(join(tmpdir(), "logs-"));
  readonly #spec: LogsSpec;
  readonly #running = new Map<string, ChildProcess>();
  #written = 0;
  #ports!: { loki: number; grpc: number; metrics: number; health: number };

  constructor(spec: LogsSpec) {
    this.#spec = spec;
  }

  async start(): Promise<void> {
    const [loki, grpc, metrics, health] = await Promise.all([1, 2, 3, 4].map(freePort));
    this.#ports = { loki: loki!, grpc: grpc!, metrics: metrics!, health: health! };
    this.#write("rules/fake/rules.yaml", logRules(this.#spec));
    this.#write("loki.yaml", lokiConfig(this.#spec), [
      [lokiPaths.data, join(this.folder, "data")],
      [lokiPaths.rules, join(this.folder, "rules")],
      ['"http_listen_port":3100', `"http_listen_address":"127.0.0.1","http_listen_port":${loki}`],
      ['"grpc_listen_port":9095', `"grpc_listen_port":${grpc}`],
    ]);
    this.#write("collector.yaml", logCollectorConfig(this.#spec), [
      [podLogMount, join(this.folder, "pods")],
      [`http://loki.${this.#spec.namespace}:3100`, `http://127.0.0.1:${loki}`],
      ['"host":"0.0.0.0","port":8888', `"host":"127.0.0.1","port":${metrics}`],
      ["0.0.0.0:13133", `127.0.0.1:${health}`],
    ]);
    mkdirSync(join(this.folder, "pods"));
    await this.startLoki();
    await this.startCollector();
  }

  async startLoki(): Promise<void> {
    this.#run("loki", [`-config.file=${join(this.folder, "loki.yaml")}`]);
    await until("Loki is ready", async () => (await fetch(`${this.loki}/ready`)).ok);
  }

  async startCollector(): Promise<void> {
    this.#run("otelcol", [`--config=${join(this.folder, "collector.yaml")}`]);
    await until("the collector is healthy", async () => (await fetch(`http://127.0.0.1:${this.#ports.health}/`)).ok);
    // Until it has looked once: what it finds then is old to it.
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }

  async stop(program: "loki" | "otelcol"): Promise<void> {
    const child = this.#running.get(program);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const impatience = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await gone;
    clearTimeout(impatience);
  }

  async remove(): Promise<void> {
    await Promise.all([this.stop("otelcol"), this.stop("loki")]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  get loki(): string {
    return `http://127.0.0.1:${this.#ports.loki}`;
  }

  /** Resident memory of the collector in MiB. */
  collectorMemory(): number {
    const status = spawnSync("cat", [`/proc/${this.#running.get("otelcol")!.pid}/status`], { encoding: "utf8" }).stdout;
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  /** Writes lines as a container runtime does. */
  write(namespace: string, pod: string, container: string, lines: readonly string[]): void {
    const file = join(this.folder, "pods", `${namespace}_${pod}_0e4bd386-0000-4000-8000-000000000000`, container, "0.log");
    mkdirSync(dirname(file), { recursive: true });
    // Each at a time of its own, as a runtime's clock gives it: of two lines with one time and one text Loki keeps one.
    const time = () => `${new Date().toISOString().slice(0, -1)}${String(this.#written++ % 1_000_000).padStart(6, "0")}Z`;
    appendFileSync(file, lines.map((line) => `${time()} stdout F ${line}\n`).join(""));
  }

  /** Result of an expression now, or of a query for lines over the last minutes. */
  async ask(query: string, kind: "query" | "query_range" = "query"): Promise<Result[]> {
    const response = await fetch(`${this.loki}/loki/api/v1/${kind}?limit=5000&query=${encodeURIComponent(query)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${query}: ${text}`);
    return JSON.parse(text).data.result;
  }

  /** A counter of the collector's own, summed over its labels. */
  async counter(name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.#ports.metrics}/metrics`)).text();
    return [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "gm"))].reduce((sum, [, value]) => sum + Number(value), 0);
  }

  #write(name: string, content: object, replacements: [string, string][] = []): void {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      replacements.reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(content)),
    );
  }

  #run(program: string, args: string[]): void {
    this.#running.set(program, spawn(program, args, { stdio: process.env.SHOW ? "inherit" : "ignore" }));
  }
}

export interface Result {
  metric: Record<string, string>;
  stream: Record<string, string>;
  value: [number, string];
  values: [string, string][];
}

/** Asks until it is so; what it throws means not yet. */
export async function until(what: string, ask: () => Promise<unknown>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await ask().catch(() => false))) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
