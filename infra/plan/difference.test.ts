import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { comparisonText } from "./comparison.ts";
import { differences } from "./difference.ts";
import { comparisonMarkdown, longestComment, marker, mistakeMarkdown } from "./markdown.ts";

function folderOf(files: Record<string, object>): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-plan-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), stringify(content));
  }
  return folder;
}
const deployment = (replicas: number) => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "links" }, spec: { replicas } });
const database = (selector: string) => ({ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "postgres" }, spec: { selector, replicas: 1 } });
const compare = (before: Record<string, object>, after: Record<string, object>) => differences(folderOf(before), folderOf(after));
const comparison = (changes: ReturnType<typeof differences>, problem?: string) => ({ stack: "dev", against: "main", changes, problem });

test("what came, went and changed is told apart, with the lines that differ", () => {
  const changes = compare(
    { "a.yaml": deployment(1), "b.yaml": deployment(1), "same.yaml": deployment(1) },
    { "a.yaml": deployment(2), "c.yaml": deployment(1), "same.yaml": deployment(1) },
  );
  expect(changes.map(({ path, change }) => `${change} ${path}`)).toEqual(["changed a.yaml", "removed b.yaml", "added c.yaml"]);
  expect(changes[0]!.diff).toMatch(/^@@[\s\S]*\n- {2}replicas: 1\n\+ {2}replicas: 2$/);
  expect(comparisonText(comparison(changes), false)).toContain("Stack dev against main: 1 added, 1 changed, 1 removed.");
});

test.each([
  ["removed", { "postgres.yaml": database("a") }, {}, /removed: holds volumes with data/],
  [
    "made anew, by a field that can't be changed",
    { "postgres.yaml": database("a") },
    { "postgres.yaml": database("b") },
    /replaced by spec\.selector: holds volumes with data/,
  ],
])("data that is %s comes first in a comment, with a warning", (_, before, after, message) => {
  const text = comparisonMarkdown(comparison(compare({ ...before, "a.yaml": deployment(1) }, { ...after, "a.yaml": deployment(2) })));
  expect(text).toMatch(message);
  expect(text.indexOf("[!CAUTION]")).toBeLessThan(text.indexOf("| component |"));
  expect(text.indexOf("postgres.yaml</summary>")).toBeLessThan(text.indexOf("a.yaml</summary>"));
});

test("a change of a field that can be changed loses nothing", () => {
  const grown = { ...database("a"), spec: { selector: "a", replicas: 2 } };
  expect(compare({ "postgres.yaml": database("a") }, { "postgres.yaml": grown })[0]!.loss).toBeUndefined();
});

test("a comment stays below GitHub's limit and closes every block, however much has changed", () => {
  const many = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [`part-${index}/x.yaml`, { ...deployment(index), text: "`".repeat(4) + "x".repeat(2000) }]),
  );
  const text = comparisonMarkdown(comparison(compare({}, many)));
  expect(text.length).toBeLessThanOrEqual(longestComment);
  expect(text.match(/<details>/g)!.length).toBe(text.match(/<\/details>/g)!.length);
  expect(text).toMatch(/And \d+ more, for which there is no room here/);
});

test("without a difference, and without a plan to compare with, it says so", () => {
  expect(comparisonMarkdown(comparison([]))).toContain("Every resource is as in `main`");
  expect(comparisonMarkdown(comparison(compare({}, { "a.yaml": deployment(1) }), "it has no offline plan yet"))).toContain("`main` can't be planned");
  expect(mistakeMarkdown("dev", "slipway:web: wrong")).toMatch(new RegExp(`^${marker("dev")}\n### Plan of \`dev\`: failed\n\n\`\`\`\nslipway:web: wrong`));
});
