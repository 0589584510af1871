import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./engine.ts";

/** A figure that a page shows: the note of a test, between two comments that nobody sees. */
const cell = /<!-- figure: ([^>]+?) -->([\s\S]*?)<!-- end -->/g;
export const unmeasured = "not measured yet";

/** Names of the notes that a page shows. */
export function figuresOf(page: string): string[] {
  return [...page.matchAll(cell)].map(([, name]) => name!);
}

/** The page with the newest note in each of its cells. One without a note stays as it was: a run of one subject measures no other. */
export function withFigures(page: string, notes: readonly { what: string; value: string }[], day: string): string {
  return page.replaceAll(cell, (whole, name: string) => {
    const measured = notes.findLast(({ what }) => what === name);
    return measured ? `<!-- figure: ${name} -->${measured.value.replaceAll("|", "/")} (${day})<!-- end -->` : whole;
  });
}

/** Pages whose figures come from tests. */
const pages = ["docs/disaster-recovery.md"];

/** Puts what a run has measured into the pages, when it was asked for. */
export function writeFigures(folder: string): void {
  const file = join(folder, "notes.jsonl");
  if (!existsSync(file)) return;
  const notes = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  for (const page of pages) {
    const path = join(repository, page);
    writeFileSync(path, withFigures(readFileSync(path, "utf8"), notes, new Date().toISOString().slice(0, 10)));
  }
}
