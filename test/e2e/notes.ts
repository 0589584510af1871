import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Keeps a line for the summary at the end: a time, or what a loop measured. */
export function note(folder: string, what: string, value: string): void {
  appendFileSync(join(folder, "notes.jsonl"), `${JSON.stringify({ what, value })}\n`);
}

/** Whole seconds since a moment of `performance.now()`, for a note. */
export const secondsSince = (moment: number) => `${((performance.now() - moment) / 1000).toFixed(0)} s`;

export function printNotes(folder: string, seconds: number): void {
  const file = join(folder, "notes.jsonl");
  const notes: { what: string; value: string }[] = existsSync(file)
    ? readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];
  const width = Math.max(...notes.map(({ what }) => what.length), 10);
  console.log(["", ...notes.map(({ what, value }) => `${what.padEnd(width)}  ${value}`), `${"all".padEnd(width)}  ${seconds.toFixed(0)} s`, ""].join("\n"));
}
