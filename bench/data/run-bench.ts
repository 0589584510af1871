import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

/** What a bench is given: its numbers from the command line, and a place to leave whatever must be ended. */
export interface Bench {
  /** Value of `--<name>`, or its default. */
  number(name: string, otherwise: number): number;
  /** A folder that anybody may look into, for the programs that run as another user; it goes with everything in it. */
  folder: string;
  /** Ended in reverse order: at the bench's end, when it fails, and on Ctrl-C. */
  atEnd(what: () => unknown): void;
}

/** Seconds for what was under way on Ctrl-C to notice that its server is gone. */
const patience = 10;

/** Runs a bench; what it returns is whether its ratio holds, and becomes the exit code. Nothing it has made is left, however it ends. */
export async function runBench(work: (bench: Bench) => Promise<boolean>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-data-"));
  chmodSync(folder, 0o755);
  // So that every temporary file of the programs and workbenches lies in it too.
  process.env.TMPDIR = folder;
  const steps: (() => unknown)[] = [];
  let over = false;
  const end = async () => {
    over = true;
    for (let step = steps.pop(); step; step = steps.pop()) await Promise.resolve(step()).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const atEnd = (what: () => unknown) => {
    // What was just being started when Ctrl-C came must end as well.
    if (over) void Promise.resolve(what()).catch(() => undefined);
    else steps.push(what);
  };
  let working: Promise<unknown> = Promise.resolve();
  for (const [signal, code] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const]) {
    process.once(signal, async () => {
      await end();
      await Promise.race([working.catch(() => undefined), sleep(patience * 1000)]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      process.exit(code);
    });
  }
  const running = work({ number: numberArgument, folder, atEnd });
  working = running;
  try {
    process.exitCode = (await running) ? 0 : 1;
  } catch (error) {
    if (!over) throw error;
    // Ctrl-C: its handler ends the process.
    await new Promise(() => undefined);
  } finally {
    if (!over) await end();
  }
}

function numberArgument(name: string, otherwise: number): number {
  const { values } = parseArgs({ options: { [name]: { type: "string" } }, strict: false });
  const value = values[name] === undefined ? otherwise : Number(values[name]);
  if (!(value > 0)) throw new Error(`--${name} ${values[name]} is no number above 0; give one, such as --${name} ${otherwise}`);
  return value;
}
