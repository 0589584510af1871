import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

/** A program that runs beside this one. */
export interface Subprocess {
  child: ChildProcess;
  stdin: Writable;
  stdout: Readable;
  /** Resolves when the program has ended well; otherwise fails with its name, exit code or signal, and what it said. */
  ended: Promise<void>;
}

/** What of its complaints is kept: their end, where the reason is. */
const keptErrors = 4000;

export function start(command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Subprocess {
  const child = spawn(command, args, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-keptErrors);
  });
  // A program that ends early closes its input; its exit code says more than the broken pipe.
  child.stdin.on("error", () => undefined);
  const ended = once(child, "close").then(
    ([code, signal]) => {
      if (code === 0) return;
      throw new Error(`${command} ended with ${signal ? `signal ${signal}` : `code ${code}`}: ${said.trim() || "without a word"}`);
    },
    (error: Error) => {
      throw new Error(`${command} can't be started: ${error.message}; give an image that has it`);
    },
  );
  ended.catch(() => undefined);
  return { child, stdin: child.stdin, stdout: child.stdout, ended };
}

/** What a program prints. It ends only when the program has ended well: what broke off is never taken for the whole. */
export async function* wholeOutput({ stdout, ended }: Subprocess): AsyncGenerator<Buffer> {
  yield* stdout as AsyncIterable<Buffer>;
  await ended;
}

/** Runs a program to its end and returns what it printed. */
export async function output(command: string, args: readonly string[], environment: NodeJS.ProcessEnv, input?: Uint8Array): Promise<string> {
  const process = start(command, args, environment);
  process.stdin.end(input);
  const pieces: Buffer[] = [];
  for await (const piece of wholeOutput(process)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
