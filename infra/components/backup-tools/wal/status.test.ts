import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyStatus, metricsOf } from "./status.ts";

test("rules and panels are checked against these very names", () => {
  const listed = JSON.parse(readFileSync(join(import.meta.dirname, "../../../../test/rules/exporters/wal-archive.json"), "utf8")) as { metrics: string[] };
  const served = [...metricsOf(emptyStatus()).matchAll(/^# TYPE (\w+)/gm)].map((match) => match[1]);
  expect(listed.metrics).toEqual(served.sort());
});
