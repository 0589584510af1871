import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costMicroseconds, retryAfter } from "./decision.ts";
import { createLocalGcra } from "./local-gcra.ts";
import type { Tier } from "./tiers.ts";

const tier = (...limits: [quota: number, windowSeconds: number][]): Tier => ({
  name: "create",
  limits: limits.map(([quota, windowSeconds], index) => ({ name: `limit-${index}`, quota, windowSeconds })),
});

/** A limiter with a clock that the test moves. */
function limiter(replicas = 1) {
  const clock = { microseconds: 1e9 };
  return { clock, decide: createLocalGcra(replicas, () => clock.microseconds) };
}

describe("GCRA in one process", () => {
  it("lets exactly the quota pass at once, for any quota and window", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 86_400 }), (quota, windowSeconds) => {
        const { decide } = limiter();
        const passed = Array.from({ length: quota + 20 }, () => decide(tier([quota, windowSeconds]), "a")).filter(({ allowed }) => allowed);
        expect(passed.length).toBe(quota);
      }),
    );
  });

  it("lets no more pass in any stretch of time than the quota and what grew back in it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.integer({ min: 0, max: 5_000_000 }), { maxLength: 200 }),
        (quota, windowSeconds, gaps) => {
          const { clock, decide } = limiter();
          const limits = tier([quota, windowSeconds]);
          const cost = costMicroseconds(limits.limits[0]!);
          const passed: number[] = [];
          for (const gap of gaps) {
            clock.microseconds += gap;
            if (decide(limits, "a").allowed) passed.push(clock.microseconds);
          }
          for (const [first, start] of passed.entries())
            for (const [last, end] of passed.entries())
              if (last >= first) expect(last - first + 1).toBeLessThanOrEqual(quota + Math.floor((end - start) / cost));
        },
      ),
    );
  });

  it("keeps its promise: who waits as told passes, who comes a moment earlier does not", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 600 }), (quota, windowSeconds) => {
        const { clock, decide } = limiter();
        const limits = tier([quota, windowSeconds]);
        for (let request = 0; request < quota; request++) decide(limits, "a");
        const denied = decide(limits, "a");
        expect(denied.allowed).toBe(false);
        clock.microseconds += retryAfter(denied) * 1_000 - 1_000;
        expect(decide(limits, "a").allowed).toBe(false);
        clock.microseconds += 1_000;
        expect(decide(limits, "a").allowed).toBe(true);
      }),
    );
  });

  it("uses up no limit when another one denies", () => {
    const { clock, decide } = limiter();
    const limits = tier([2, 1], [3, 3_600]);
    expect([1, 2, 3, 4].map(() => decide(limits, "a").allowed)).toEqual([true, true, false, false]);
    expect(decide(limits, "a").states.map(({ remaining }) => remaining)).toEqual([0, 1]);
    clock.microseconds += 1_000_000;
    expect([1, 2].map(() => decide(limits, "a").allowed)).toEqual([true, false]);
  });

  it("gives each replica its share, and at least one request", () => {
    const passed = (quota: number) => {
      const { decide } = limiter(4);
      return Array.from({ length: quota }, () => decide(tier([quota, 60]), "a").allowed).filter(Boolean).length;
    };
    expect(passed(10)).toBe(2);
    expect(passed(3)).toBe(1);
  });

  it("keeps clients apart", () => {
    const { decide } = limiter();
    expect(decide(tier([1, 60]), "a").allowed).toBe(true);
    expect(decide(tier([1, 60]), "b").allowed).toBe(true);
    expect(decide(tier([1, 60]), "a").allowed).toBe(false);
  });
});
