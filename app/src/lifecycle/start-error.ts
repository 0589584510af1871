import { ConfigurationError } from "../config/mistakes.ts";

const mends: Record<string, string> = {
  EADDRINUSE: "another process listens there; stop it, or set PORT and INTERNAL_PORT to free ports.",
  EACCES: "this user may not listen there; ports below 1024 need rights that no container should have, so set PORT and INTERNAL_PORT higher.",
  EADDRNOTAVAIL: "this machine has no such address; set HOST to one it has, or leave it out for all.",
};

/** What to print when the process can't start: a message for a person's mistake, and the stack only of our own. */
export function startError(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  const { code = "", message, stack } = error as NodeJS.ErrnoException;
  return mends[code] ? `${message}: ${mends[code]}` : (stack ?? message);
}
