import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ToolProgram, toolCommand, toolsConfigMapData } from "../../infra/components/backup-tools/programs.ts";
import type { Bench } from "./run-bench.ts";

/** Postgres refuses to run as root, and no pod of ours does; root, as in many containers, runs it as nobody. */
export const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A program as its pod runs it, on this machine. */
export interface RunningProgram {
  child: ChildProcess;
  /** Resolves at its end. */
  ended: Promise<EndedProgram>;
}

export interface EndedProgram {
  code: number | null;
  /** What it said. */
  log: string;
  /** The most memory that it held, in bytes (VmHWM), not that of the programs it starts. */
  peakBytes: number;
  /**
   * That, and the most that the programs it starts held together at one moment, looked at five times a second: without what they only
   * map from files, which the kernel takes back before it ends anything.
   */
  jobBytes: number;
}

/** Lays down the very files that a ConfigMap gives a pod, and returns what starts the program from there. */
export function podProgram(bench: Bench, program: ToolProgram, heapMebibytes?: number): (environment: NodeJS.ProcessEnv) => RunningProgram {
  const tools = join(bench.folder, "tools", program.replaceAll("/", "-"));
  for (const [key, text] of Object.entries(toolsConfigMapData(program))) {
    const path = join(tools, key.replaceAll("--", "/"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const [, ...options] = toolCommand(program, heapMebibytes);
  options.splice(-1, 1, join(tools, `${program}.js`));
  return (environment) => {
    const child = spawn(process.execPath, options, { ...account, cwd: bench.folder, detached: true, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const closed = once(child, "close");
    bench.atEnd(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
      // A pod's end takes what the program had started along, such as a drill's server; here it is a group of its own.
      if (endGroup(child.pid!)) await closed;
    });
    return { child, ended: watched(child, closed) };
  };
}

/** False where nothing of it is left. An immediate shutdown for Postgres, and the end for everything else. */
function endGroup(pid: number): boolean {
  try {
    return process.kill(-pid, "SIGQUIT");
  } catch {
    return false;
  }
}

async function watched(child: ChildProcess, closed: Promise<unknown[]>): Promise<EndedProgram> {
  let log = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", (text: string) => (log += text));
  let peakBytes = 0;
  let startedBytes = 0;
  const timer = setInterval(() => {
    peakBytes = memoryOf(child.pid)?.peak ?? peakBytes;
    const started = startedBy(child.pid).reduce((sum, pid) => sum + (memoryOf(pid)?.own ?? 0), 0);
    startedBytes = Math.max(startedBytes, started);
  }, 200);
  const [code] = (await closed) as [number | null];
  clearInterval(timer);
  return { code, log, peakBytes, jobBytes: peakBytes + startedBytes };
}

/** Every process that this one has started, and that they have. */
function startedBy(pid: number | undefined): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children === "" ? [] : children.split(" ").flatMap((child) => [Number(child), ...startedBy(Number(child))]);
  } catch {
    return [];
  }
}

/** Resident memory of a process now, of it what is mapped from no file, and the most that it was, in bytes; undefined where there is no /proc. */
export function memoryOf(pid: number | undefined): { now: number; own: number; peak: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)![1]) * 1024;
    return { now: of("VmRSS"), own: of("RssAnon") + of("RssShmem"), peak: of("VmHWM") };
  } catch {
    return undefined;
  }
}

/** Waits for a program that must end well. */
export async function endedWell({ ended }: RunningProgram): Promise<EndedProgram> {
  const program = await ended;
  if (program.code !== 0) throw new Error(program.log.trim());
  return program;
}
