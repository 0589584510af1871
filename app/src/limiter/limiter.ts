import type { Instruments } from "../metrics/instruments.ts";
import type { GuardedRedis } from "../redis/guarded.ts";
import type { Decision } from "./decision.ts";
import { createDenied } from "./denied.ts";
import { createLocalGcra } from "./local-gcra.ts";
import { createRedisGcra } from "./redis-gcra.ts";
import type { Tier } from "./tiers.ts";

/** Decides whether a client's request passes, and counts it. */
export type Limiter = (tier: Tier, client: string) => Promise<Decision>;

/**
 * The shared store decides; while it is away, each process does so alone. Never open, which would invite whoever can slow the
 * store down, and never closed, which would make the store's outage ours.
 */
export function createLimiter(
  store: GuardedRedis | undefined,
  replicas: number,
  instruments: Pick<Instruments, "rateLimitDecisions" | "rateLimitStoreErrors">,
): Limiter {
  const local = createLocalGcra(replicas);
  const denied = createDenied();
  const shared = store && createRedisGcra(store.client);

  async function decide(tier: Tier, client: string): Promise<Decision> {
    if (!store || !shared) return local(tier, client);
    if (store.circuit.open) {
      instruments.rateLimitStoreErrors.inc({ reason: "circuit-open" });
      return local(tier, client);
    }
    const key = `${tier.name}:${client}`;
    const before = denied.find(key);
    if (before) return before;
    try {
      const decision = await store.run("EVALSHA", () => shared(tier, client));
      if (!decision.allowed) denied.add(key, decision);
      return decision;
    } catch (error) {
      instruments.rateLimitStoreErrors.inc({ reason: reasonOf(error as Error) });
      return local(tier, client);
    }
  }

  return async (tier, client) => {
    const decision = await decide(tier, client);
    instruments.rateLimitDecisions.inc({ tier: tier.name, decision: decision.allowed ? "allowed" : "denied", source: decision.source });
    return decision;
  };
}

function reasonOf({ name }: Error): string {
  if (name === "CallTimeout") return "timeout";
  return name === "ReplyError" ? "refused" : "connection";
}
