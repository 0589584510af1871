import { type Decision, type LimitState, retryAfter } from "./decision.ts";
import type { Tier } from "./tiers.ts";

const seconds = (milliseconds: number) => Math.ceil(milliseconds / 1_000);

/** Seconds, rounded up, to wait before a denied request is worth sending again. The same number stands in every header that says when. */
export const retryAfterSeconds = (decision: Decision) => Math.max(1, seconds(retryAfter(decision)));

/** The policies of a tier, as draft-ietf-httpapi-ratelimit-headers-11 writes them. */
export const policyHeader = (tier: Pick<Tier, "limits">) =>
  tier.limits.map(({ name, quota, windowSeconds }) => `"${name}";q=${quota};w=${windowSeconds}`).join(", ");

/** Seconds to go until the limit is whole again, or, when it is full, until it has room for one request. */
const secondsToGo = ({ waitMilliseconds, resetMilliseconds }: LimitState) =>
  waitMilliseconds > 0 ? Math.max(1, seconds(waitMilliseconds)) : seconds(resetMilliseconds);

/**
 * Headers that tell a client its limits: the draft's pair, the older X-RateLimit-* for the limit that is nearest to its end
 * (X-RateLimit-Reset in seconds to go, like the draft's `t`), and Retry-After once the request was denied.
 */
export function rateLimitHeaders(decision: Decision): Record<string, string> {
  const { states, allowed, source } = decision;
  const nearest = states.reduce((least, state) => (state.remaining / state.limit.quota < least.remaining / least.limit.quota ? state : least));
  return {
    "ratelimit-policy": policyHeader({ limits: states.map(({ limit }) => limit) }),
    ratelimit: states.map((state) => `"${state.limit.name}";r=${state.remaining};t=${secondsToGo(state)}`).join(", "),
    "x-ratelimit-limit": `${nearest.limit.quota}`,
    "x-ratelimit-remaining": `${nearest.remaining}`,
    "x-ratelimit-reset": `${secondsToGo(nearest)}`,
    // Says that this process decided alone, so that the quota above is its share; tests and people on call look for it.
    ...(source === "local" && { "x-ratelimit-scope": "process" }),
    ...(!allowed && { "retry-after": `${retryAfterSeconds(decision)}` }),
  };
}
