import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision } from "./decision.ts";
import { rateLimitHeaders } from "./headers.ts";

const state = (name: string, quota: number, remaining: number, reset: number, wait = 0) => ({
  limit: { name, quota, windowSeconds: 60 },
  remaining,
  resetMilliseconds: reset,
  waitMilliseconds: wait,
});

describe("rate limit headers", () => {
  it("are the draft's lists, and the older ones for the limit nearest to its end", () => {
    expect(rateLimitHeaders({ allowed: true, source: "redis", states: [state("create", 30, 29, 1_900), state("create-86400s", 500, 3, 70_000)] })).toEqual({
      "ratelimit-policy": '"create";q=30;w=60, "create-86400s";q=500;w=60',
      ratelimit: '"create";r=29;t=2, "create-86400s";r=3;t=70',
      "x-ratelimit-limit": "500",
      "x-ratelimit-remaining": "3",
      "x-ratelimit-reset": "70",
    });
  });

  it("say the same second everywhere when a request is denied", () => {
    const headers = rateLimitHeaders({ allowed: false, source: "blocked", states: [state("read", 10, 0, 60_000, 1_200)] });
    expect(headers).toMatchObject({ ratelimit: '"read";r=0;t=2', "x-ratelimit-reset": "2", "retry-after": "2" });
  });

  it("mark a decision of this process alone", () => {
    expect(rateLimitHeaders({ allowed: true, source: "local", states: [state("read", 10, 9, 1)] })).toHaveProperty("x-ratelimit-scope", "process");
  });

  it("are RFC 9651 lists of strings with integers, and Retry-After never lies before the reset", () => {
    const item = /^"[a-z0-9-]+"(;[a-z]+=\d+)+$/;
    const states = fc.array(fc.record({ quota: fc.integer({ min: 1, max: 1e6 }), remaining: fc.nat(1e6), reset: fc.nat(1e9), wait: fc.nat(1e9) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(states, fc.boolean(), (list, allowed) => {
        const decision: Decision = {
          allowed,
          source: "redis",
          states: list.map(({ quota, remaining, reset, wait }, index) => state(`tier-${index}`, quota, remaining, reset, allowed ? 0 : wait)),
        };
        const headers = rateLimitHeaders(decision);
        for (const name of ["ratelimit", "ratelimit-policy"]) for (const part of headers[name]!.split(", ")) expect(part).toMatch(item);
        if (!allowed) for (const { wait } of list) expect(Number(headers["retry-after"]) * 1_000).toBeGreaterThanOrEqual(wait);
      }),
    );
  });
});
