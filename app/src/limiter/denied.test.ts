import { describe, expect, it } from "vitest";
import { createDenied } from "./denied.ts";

const denial = {
  allowed: false,
  source: "redis" as const,
  states: [{ limit: { name: "read", quota: 1, windowSeconds: 2 }, remaining: 0, resetMilliseconds: 2_000, waitMilliseconds: 2_000 }],
};

describe("memory of denials", () => {
  it("denies until the moment that the store named, with the time that is left", () => {
    let now = 0;
    const denied = createDenied(() => now);
    denied.add("read:a", denial);
    now = 1_500;
    expect(denied.find("read:a")).toMatchObject({ allowed: false, source: "blocked", states: [{ waitMilliseconds: 500 }] });
    now = 2_000;
    expect(denied.find("read:a")).toBe(undefined);
  });

  it("forgets the oldest before it grows without bound", () => {
    const denied = createDenied(() => 0);
    for (let client = 0; client <= 10_000; client++) denied.add(`${client}`, denial);
    expect(denied.find("0")).toBe(undefined);
    expect(denied.find("10000")?.allowed).toBe(false);
  });
});
