import { describe, expect, it } from "vitest";
import type { MigrationFile } from "./files.ts";
import { pendingMigrations } from "./history.ts";

const file = (name: string, hash = "same"): MigrationFile => ({ file: `${name}.sql`, name, version: Number.parseInt(name, 10), text: "", hash });
const applied = (name: string, hash: string | null = "same") => ({ name, hash });
const names = (files: MigrationFile[]) => files.map(({ name }) => name);

describe("what is still to run", () => {
  it("is what the database lacks", () => {
    expect(names(pendingMigrations([file("0001_a"), file("0002_b"), file("0003_c")], [applied("0001_a")]))).toEqual(["0002_b", "0003_c"]);
  });

  it("is nothing for an image that is older than the database, as after a rollback", () => {
    expect(pendingMigrations([file("0001_a")], [applied("0001_a"), applied("0002_b")])).toEqual([]);
  });

  it("is refused when a file was edited, is missing or comes too late, all at once", () => {
    const files = [file("0001_a", "edited"), file("0003_c"), file("0004_d")];
    const history = [applied("0001_a"), applied("0002_b"), applied("0004_d")];
    expect(() => pendingMigrations(files, history)).toThrow(
      [
        "migration 0002_b.sql: the database has it, but the file is missing; restore the file, migrations only go forward.",
        "migration 0001_a.sql: the file was edited after it ran; restore it and put the change into a new file.",
        "migration 0003_c.sql: the database already has version 4, so this file would run out of order; renumber it.",
      ].join("\n"),
    );
  });

  it("takes a file whose hash was never stored as it is", () => {
    expect(pendingMigrations([file("0001_a")], [applied("0001_a", null)])).toEqual([]);
  });
});
