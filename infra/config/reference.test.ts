import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configurationReference } from "./reference.ts";

test("docs/configuration.md is what the schema says; write it anew by: npm run schema", () => {
  expect(readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8")).toBe(configurationReference());
});

test("every key says what it is for", () => {
  const silent = configurationReference()
    .split("\n")
    .filter((line) => /^\| `/.test(line) && line.endsWith("|  |"));
  expect(silent).toEqual([]);
});
