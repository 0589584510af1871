import { spawn } from "node:child_process";

export interface Outcome {
  /** Undefined when there is no such program. */
  code: number | null | undefined;
  stdout: string;
  stderr: string;
}

/** Runs a program without a shell. It is stopped when it takes longer than `seconds`: its code is then null. */
export function outcomeOf(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, seconds = 30 }: { cwd?: string; seconds?: number } = {},
): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const outcome: Outcome = { code: undefined, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    outcome.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    outcome.stderr += text;
  });
  // Its own way to end, so that the engine leaves no lock behind.
  const late = setTimeout(() => child.kill("SIGINT"), seconds * 1000);
  const end = (code: number | null | undefined) => {
    clearTimeout(late);
    resolve({ ...outcome, code });
  };
  child.once("error", () => end(undefined));
  child.once("close", (code) => end(code));
  return promise;
}
