import { readFileSync } from "node:fs";
import type { Mistake } from "./mistakes.ts";

/** Gives a password when a connection needs one. Throws with a message when the file is gone. */
export type Password = () => string;

/**
 * Resolves a password from `<variable>_FILE`, else from the variable itself (for a developer's own machine).
 *
 * The file is read again for every new connection: a secret that is rotated in place is followed without a restart, since the
 * kubelet rewrites the mounted file and nothing tells the process.
 */
export function passwordFrom(environment: NodeJS.ProcessEnv, variable: string, mistakes: Mistake[]): Password | undefined {
  const file = environment[`${variable}_FILE`];
  const value = environment[variable];
  if (file && value) {
    mistakes.push({ variable, text: `is set, and so is ${variable}_FILE; set one of them, in a cluster the file.` });
    return undefined;
  }
  if (!file) return value ? () => value : undefined;
  const read = () => readFileSync(file, "utf8").replace(/\r?\n$/, "");
  try {
    if (read() === "") mistakes.push({ variable: `${variable}_FILE`, text: `the file ${file} is empty; it must hold the password.` });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    mistakes.push({ variable: `${variable}_FILE`, text: `the file ${file} can't be read (${reason}); mount the secret there, readable by this user.` });
  }
  return read;
}
