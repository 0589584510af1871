import { expect, test } from "vitest";
import { formatted } from "./format.ts";

test.each([
  [0.0123, "percentunit", "1.23%"],
  [0.0042, "s", "4.2 ms"],
  [0, "s", "0 s"],
  [93_600, "s", "1.08 days"],
  [-120, "s", "-2 mins"],
  [268_435_456, "bytes", "256 MiB"],
  [1500, "Bps", "1.5 kB/s"],
  [0.25, "reqps", "0.25 req/s"],
  [12_345, "short", "12.3 K"],
  [2, "short", "2"],
  [14.4, "none", "14.4"],
])("%s as %s is %s", (value, unit, text) => {
  expect(formatted(value, unit)).toBe(text);
});
