import { LRUCache } from "lru-cache";
import { costMicroseconds, type Decision } from "./decision.ts";
import type { Limit, Tier } from "./tiers.ts";

/** Most clients remembered. The least recent is forgotten first, and with it what it used: memory is bounded, fairness is not exact. */
const mostKeys = 50_000;

/**
 * The limiter of one process, for when there is no shared store or it doesn't answer. Each replica then takes its share of the
 * quota, so that all together keep it.
 */
export function createLocalGcra(replicas: number, nowMicroseconds: () => number = () => performance.now() * 1_000) {
  const arrivals = new LRUCache<string, number>({ max: mostKeys });
  return (tier: Tier, client: string): Decision => {
    const now = nowMicroseconds();
    const limits = tier.limits.map((limit) => {
      const share: Limit = { ...limit, quota: Math.max(1, Math.floor(limit.quota / replicas)) };
      const cost = costMicroseconds(share);
      const key = `${limit.name}:${client}`;
      const spent = Math.max((arrivals.get(key) ?? now) - now, 0) + cost;
      return { share, cost, key, spent, capacity: cost * share.quota };
    });
    const allowed = limits.every(({ spent, capacity }) => spent <= capacity);
    const states = limits.map(({ share, cost, key, spent, capacity }) => {
      if (allowed) arrivals.set(key, now + spent);
      const used = allowed ? spent : spent - cost;
      return {
        limit: share,
        remaining: Math.max(Math.floor((capacity - used) / cost), 0),
        resetMilliseconds: Math.ceil(used / 1_000),
        waitMilliseconds: allowed ? 0 : Math.ceil(Math.max(spent - capacity, 0) / 1_000),
      };
    });
    return { allowed, source: "local", states };
  };
}
