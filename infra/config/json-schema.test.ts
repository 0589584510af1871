import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { schemaFile, schemaText } from "./write-schema.ts";

test("editors complete what the program reads: npm run schema writes it anew", () => {
  expect(readFileSync(schemaFile, "utf8")).toBe(schemaText());
});
