import { expect, test } from "vitest";
import { alertTable } from "./table.ts";

const table = alertTable();

test("each row of the table is complete", () => {
  expect(table.length).toBeGreaterThan(55);
  const incomplete = table.filter(({ name, fires, silent, subject }) => fires.length === 0 || (silent.length === 0 && name !== "Watchdog") || !subject);
  expect(incomplete).toEqual([]);
});

test("rules of one name have rows of their own", () => {
  const keys = table.map(({ name, severity, labels }) => JSON.stringify([name, severity, labels]));
  expect(new Set(keys).size).toBe(keys.length);
});

test("a row tells what was shown", () => {
  expect(table.find(({ name }) => name === "AppMetricsAbsent")).toEqual({
    name: "AppMetricsAbsent",
    severity: "critical",
    subject: "objectives",
    labels: {},
    fires: ["no pod is known", "no pod answers"],
    silent: ["one of two answers", "all restart for three minutes"],
  });
});
