import { expect, test } from "vitest";
import type { MigrationFile } from "../../../app/src/schema/files.ts";
import { judge, type MigrationFacts } from "./migrations.ts";

const file = (number: number, text: string): MigrationFile => {
  const name = `000${number}_step`;
  return { file: `${name}.sql`, name, version: number, text, hash: `hash of ${number}` };
};
const facts = (applied: number[], more: Partial<MigrationFacts> = {}): MigrationFacts => ({
  applied: applied.map((number) => ({ name: `000${number}_step`, hash: `hash of ${number}` })),
  tables: { links: { bytes: 2 ** 30, rows: 5_000_000 }, owners: { bytes: 8192, rows: 3 } },
  oldestTransactionSeconds: 0,
  ...more,
});
const first = file(1, "CREATE TABLE links (id int)");

test("a database that has all of them is good; after up, one that lacks some is red", () => {
  expect(judge([first], facts([1]), true)).toMatchObject([{ status: "good" }]);
  expect(judge([first, file(2, "SELECT 1")], facts([1]), true)).toMatchObject([{ status: "bad", says: "0002_step.sql did not run." }]);
});

test.each([
  ["CREATE INDEX ON links (slug)", /line 1: SHARE on links \(5000000 rows\): while every row is read, writes stand still/, /CONCURRENTLY/],
  ["\nALTER TABLE links ALTER hits TYPE bigint", /line 2: ACCESS EXCLUSIVE on links .*written anew, reads and writes stand still/, /fill it in batches/],
  ["ALTER TABLE links ADD CHECK (hits > 0)", /ACCESS EXCLUSIVE on links .*is read/, /NOT VALID/],
])("what stops a large table is red: %s", (statement, says, mend) => {
  expect(judge([first, file(2, statement)], facts([1]), false)[0]).toMatchObject({
    status: "bad",
    says: expect.stringMatching(says),
    mend: expect.stringMatching(mend),
  });
});

test.each([
  ["ALTER TABLE links ADD COLUMN title text", /ACCESS EXCLUSIVE on links \(5000000 rows\)/],
  ["CREATE INDEX ON owners (id)", /SHARE on owners \(3 rows\)/],
  ["CREATE TABLE notes (id int); CREATE INDEX ON notes (id)", /locks no table that is in use/],
])("what takes a moment is told, and good: %s", (statement, says) => {
  expect(judge([first, file(2, statement)], facts([1]), false)).toMatchObject([{ status: "good", says: expect.stringMatching(says) }]);
});

test("an edited file is red, as up would find it", () => {
  expect(judge([{ ...first, hash: "another" }], facts([1]), false)).toMatchObject([{ status: "bad", says: expect.stringMatching(/edited after it ran/) }]);
});

test("a transaction that is open for minutes is told beside what would wait for it", () => {
  const old = { oldestTransactionSeconds: 600 };
  expect(judge([first, file(2, "SELECT 1")], facts([1], old), false)[1]).toMatchObject({ status: "warning", says: expect.stringMatching(/open for 10 min/) });
  expect(judge([first], facts([1], old), false)).toHaveLength(1);
});
