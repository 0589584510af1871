import { writeFileSync } from "node:fs";

/** What Kubernetes shows as the container's last words; it takes 4096 bytes. */
const terminationLog = "/dev/termination-log";

/** A line of the log: when and what. */
export function report(what: string): void {
  process.stdout.write(`${new Date().toISOString()} ${what}\n`);
}

/** The last words of a program: also where `kubectl describe pod` shows them. */
export function lastWords(what: string): void {
  report(what);
  try {
    writeFileSync(terminationLog, `${what}\n`.slice(0, 4000));
  } catch {
    // There is none outside a pod.
  }
}

/** Runs a program to its end: an error is a sentence, not a stack, and exit code 1. */
export async function runProgram(what: string, program: () => Promise<string>): Promise<void> {
  try {
    lastWords(await program());
  } catch (error) {
    lastWords(`${what} failed: ${sentence(error)}`);
    process.exitCode = 1;
  }
}

/** The message of an error and of what it came from; of a fault in the program itself, the stack. */
export function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map(sentence).join("; ");
  const ours = !/^(Type|Reference|Range|Syntax)Error$/.test(error.name);
  return ours ? error.message : (error.stack ?? error.message);
}
