import { expect, test } from "vitest";
import { restarts, samples } from "./samples.ts";

test("a notation is read as promtool reads it", () => {
  expect(samples("1x2 _x2 5+2x2 7-1x1 3 stale 1e3x1")).toEqual([1, 1, 1, undefined, undefined, 5, 7, 9, 7, 6, 3, undefined, 1000, 1000]);
  expect(() => samples("1*3")).toThrow('"1*3" is no notation');
});

test.each([
  ["0+60x10", false],
  ["0+60x10 600x5", false],
  ["0x3 _x5 0x3", false],
  ["0+60x10 0+60x5", true],
  ["9x3 stale", true],
])("%s restarts: %s", (notation, expected) => {
  expect(restarts(notation)).toBe(expected);
});
