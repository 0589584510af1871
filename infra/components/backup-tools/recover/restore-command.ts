import { fileURLToPath } from "node:url";

/** Where the program that fetches one file of the log lies. */
export function fetchProgram(): string {
  const ending = import.meta.filename.endsWith(".ts") ? "ts" : "js";
  // A ConfigMap's files are links into a directory that the kubelet replaces; the path without it stays.
  return fileURLToPath(import.meta.resolve(`../wal-fetch/main.${ending}`)).replace(/\/\.\.\d[^/]*/, "");
}

/**
 * Postgres' restore_command; it puts the file's name and its own path in place of %f and %p.
 *
 * Postgres takes every code up to 125 for "there is no such file", ends its replay there and opens. So only the one code that says
 * just that becomes 1; whatever else goes wrong, a program that is missing or killed too, stops the recovery.
 */
export function restoreCommand(program: string, node = process.execPath): string {
  return `"${node}" --max-old-space-size=48 "${program}" "%f" "%p"; case $? in 0) exit 0 ;; 44) exit 1 ;; *) exit 200 ;; esac`;
}
