import { expect, test } from "vitest";
import type { Manifest } from "../format/manifest.ts";
import { expectedOfMoment } from "./expected.ts";

const rows = (tables: Record<string, number>) => Object.entries(tables).map(([name, count]) => ({ schema: "public", name, rows: count }));
const manifest = (id: string, tables: Record<string, number>, schemaVersion?: string) => ({ id, tables: rows(tables), schemaVersion }) as unknown as Manifest;
const problems = (before: Record<string, number>, after: Record<string, number> | undefined, restored: Record<string, number>) =>
  expectedOfMoment(manifest("before", before), after && manifest("after", after)).rows(rows(restored)).problems;

test("what backups on both sides of a moment have, the moment has too", () => {
  expect(problems({ links: 2000, jobs: 5 }, { links: 3000, jobs: 7 }, { links: 2400, jobs: 0 })).toEqual([]);
  expect(problems({ links: 2000 }, { links: 3000 }, { links: 0 })).toEqual([
    "table public.links is empty; it had 2000 rows in backup before before the moment, and 3000 in after after it",
  ]);
  expect(problems({ links: 2000 }, { links: 3000 }, {})).toEqual([expect.stringMatching(/table public\.links is missing, which backup before/)]);
});

test("a table that goes or comes in between is as it may be", () => {
  expect(problems({ links: 2000, old: 2000 }, { links: 2000, fresh: 9 }, { links: 2000 })).toEqual([]);
});

test("without a backup after it, a database without a table is wrong and no more is known", () => {
  expect(problems({ links: 2000 }, undefined, { other: 1 })).toEqual([]);
  expect(problems({ links: 2000 }, undefined, {})).toEqual([expect.stringMatching(/there is no table/)]);
});

test.each([
  ["7", "7", "7", true],
  ["7", "7", "8", false],
  ["7", "9", "8", true],
  ["7", "9", "", false],
  ["7", undefined, "8", true],
  ["7", undefined, "", false],
  [undefined, "9", "", true],
])("of version %s before and %s after, %s in between is right: %s", (first, last, version, right) => {
  // Without a word of the version in the backup after it there is no such backup.
  const expected = expectedOfMoment(manifest("before", {}, first), last === undefined ? undefined : manifest("after", {}, last));
  expect(expected.schema(version).length === 0).toBe(right);
});
