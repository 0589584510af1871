import { expect, test } from "vitest";
import { graceSeconds } from "./arguments.ts";

test("the grace period covers the wait, the drain and the flush", () => {
  expect(graceSeconds(5, 20)).toBe(30);
});
