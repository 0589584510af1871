import { expect, test } from "vitest";
import { currentSlot, slotVersion } from "./passwords.ts";

test("a rotation gives the idle login a new password and leaves the one in use alone", () => {
  for (let version = 1; version < 10; version++) {
    const [used, idle] = currentSlot(version) === "a" ? (["a", "b"] as const) : (["b", "a"] as const);
    expect(currentSlot(version + 1)).toBe(idle);
    expect(slotVersion(used, version + 1)).toBe(slotVersion(used, version));
    expect(slotVersion(idle, version + 1)).not.toBe(slotVersion(idle, version));
  }
});
