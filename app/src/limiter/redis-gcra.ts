import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import { costMicroseconds, type Decision } from "./decision.ts";
import type { Tier } from "./tiers.ts";

type Script = (keys: number, ...keysAndArguments: (string | number)[]) => Promise<number[]>;

/** Asks the shared store, in one round trip whatever the number of limits. */
export function createRedisGcra(client: Redis) {
  // Sent by its hash; ioredis sends the text only to a server that doesn't know it yet.
  client.defineCommand("gcra", { lua: readFileSync(new URL("gcra.lua", import.meta.url), "utf8") });
  const gcra = (client as unknown as { gcra: Script }).gcra.bind(client);

  return async (tier: Tier, client: string): Promise<Decision> => {
    // The braces are a hash tag: in a cluster all limits of one client are on one node, and one script may touch them.
    const keys = tier.limits.map(({ quota, windowSeconds }) => `rl:{${tier.name}:${client}}:${quota}/${windowSeconds}`);
    const reply = await gcra(keys.length, ...keys, ...tier.limits.flatMap((limit) => [costMicroseconds(limit), limit.quota]));
    const states = tier.limits.map((limit, index) => ({
      limit,
      remaining: reply[3 * index + 1]!,
      resetMilliseconds: reply[3 * index + 2]!,
      waitMilliseconds: reply[3 * index + 3]!,
    }));
    return { allowed: reply[0] === 1, source: "redis", states };
  };
}
