import type { Limit } from "./tiers.ts";

/** One limit after a decision. */
export interface LimitState {
  limit: Limit;
  /** Requests that would still pass now. */
  remaining: number;
  /** Milliseconds until the limit is whole again. */
  resetMilliseconds: number;
  /** Milliseconds until the limit has room for a request; 0 when it has. */
  waitMilliseconds: number;
}

/** Who decided: the shared store, the memory of a recent denial, or this process alone. */
export type DecisionSource = "redis" | "blocked" | "local";

export interface Decision {
  allowed: boolean;
  source: DecisionSource;
  states: LimitState[];
}

/** Milliseconds until a denied request would pass: the longest wait of all limits. */
export const retryAfter = ({ states }: Pick<Decision, "states">) => Math.max(...states.map(({ waitMilliseconds }) => waitMilliseconds));

/** Microseconds that one request costs. Whole, so that exactly `quota` requests fit, with no rounding on any machine. */
export const costMicroseconds = ({ quota, windowSeconds }: Limit) => Math.floor((windowSeconds * 1e6) / quota);
