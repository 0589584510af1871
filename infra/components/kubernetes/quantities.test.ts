import fc from "fast-check";
import { expect, test } from "vitest";
import { bytes, cpuMillis, formatCpu, formatMemory } from "./quantities.ts";

test.each([
  ["512Mi", 512 * 2 ** 20],
  ["1.5Gi", 1.5 * 2 ** 30],
  ["2G", 2e9],
  ["100", 100],
])("%s is %d bytes", (quantity, amount) => expect(bytes(quantity)).toBe(amount));

test.each([
  ["250m", 250],
  ["0.5", 500],
  ["2", 2000],
])("%s is %d thousandths of a CPU", (quantity, millis) => expect(cpuMillis(quantity)).toBe(millis));

test.each(["", "12 Mi", "-1Gi", "1GiB", "Mi", "1e3", "0x10", "NaN"])("%j is no quantity", (text) => {
  expect(bytes(text)).toBeNaN();
  expect(cpuMillis(text)).toBeNaN();
});

test("what is printed is read back, and never less than it was", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (amount) => bytes(formatMemory(amount)) >= amount && bytes(formatMemory(amount)) < amount + 2 ** 20),
  );
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), (millis) => cpuMillis(formatCpu(millis)) === millis));
});
