import { spawn } from "node:child_process";

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  seconds: number;
}

export interface CommandOptions {
  cwd?: string;
  /** Added to the environment; `undefined` takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Text or bytes for the command's input. Secrets go this way: an argument list is readable by every process of the machine. */
  input?: string | Uint8Array;
  /** Seconds until the command is killed. Defaults to 60. */
  patience?: number;
  /** Called with each piece of output, as it comes. */
  onOutput?: (text: string) => void;
}

/** Runs a command without a shell, and reports how it ended. */
export function outcomeOf(command: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const [file, ...args] = command as [string, ...string[]];
  const { patience = 60, onOutput } = options;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, timeout: patience * 1000, killSignal: "SIGINT" });
    const collected = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        collected[stream] += text;
        onOutput?.(text);
      });
    }
    child.on("error", (error) => reject(new Error(`${file} can't be started: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (signal) collected.stderr += `\n(ended by ${signal} after ${patience} s)`;
      resolve({ code: code ?? 1, ...collected, seconds: (performance.now() - started) / 1000 });
    });
    // A command that ends without reading its input closes the pipe; its exit code tells more than the broken pipe.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input);
  });
}

/** Runs a command that must succeed, and gives its output. */
export async function output(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await outcomeOf(command, options);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${stderr.slice(-4000) || stdout.slice(-4000)}`);
  return stdout;
}
