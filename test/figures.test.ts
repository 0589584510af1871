import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { figuresOf, unmeasured, withFigures } from "./e2e/figures.ts";

const root = resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const page = read("docs/disaster-recovery.md");

test("a figure is written where its note belongs, with the day; the newest counts, and others stay", () => {
  const before = "| <!-- figure: lost row -->not measured yet<!-- end --> | <!-- figure: lost node -->not measured yet<!-- end --> |";
  const notes = [
    { what: "lost row", value: "9 s" },
    { what: "lost row", value: "7 s | in all" },
  ];
  const after = withFigures(before, notes, "2026-03-01");
  expect(after).toBe("| <!-- figure: lost row -->7 s / in all (2026-03-01)<!-- end --> | <!-- figure: lost node -->not measured yet<!-- end --> |");
  expect(withFigures(after, [{ what: "lost row", value: "8 s" }], "2026-03-02")).toContain("-->8 s (2026-03-02)<!--");
});

test("every loss has a section with a command, objectives and a figure", () => {
  const sections = page.split(/^## /m).slice(1);
  expect(sections.map((section) => section.split("\n")[0])).toHaveLength(11);
  for (const section of sections) {
    expect(section, section.slice(0, 40)).toMatch(/^ {4}\S/m);
    expect(section).toMatch(/\| RPO \| RTO objective \| measured \| by \|/);
    expect(figuresOf(section), section.slice(0, 40)).not.toEqual([]);
  }
});

test("every figure was measured, and names the test that notes it", () => {
  for (const line of page.split("\n").filter((line) => line.includes("<!-- figure:"))) {
    const [name] = figuresOf(line);
    expect(line, name).not.toContain(unmeasured);
    const named = /`(test\/e2e\/[\w/-]+\.test\.ts)`/;
    expect(line).toMatch(named);
    const file = named.exec(line)![1]!;
    expect(read(file).includes(`"${name}"`), `${file} has no note "${name}"`).toBe(true);
  }
});
