import type { GuardedRedis } from "../redis/guarded.ts";
import { type Cached, jittered, type LinkCache, lifetimes } from "./cache.ts";

const keyOf = (slug: string) => `link:${slug}`;
/** Stands for "no such link": no target is empty. */
const nothing = "";

/** The cache that all replicas share. Its errors are the caller's to judge: a reader goes to the database. */
export function createRedisCache({ client, run }: Pick<GuardedRedis, "client" | "run">): LinkCache {
  return {
    find: (slug) =>
      run("GET", async (): Promise<Cached> => {
        const found = await client.get(keyOf(slug));
        return found === nothing ? null : (found ?? undefined);
      }),
    async fill(slug, target) {
      const seconds = target === null ? lifetimes.nothing : jittered(lifetimes.target);
      await run("SET", () => client.set(keyOf(slug), target ?? nothing, "EX", seconds, "NX"));
    },
    async created(slug, target) {
      await run("SET", () => client.set(keyOf(slug), target, "EX", jittered(lifetimes.target)));
    },
    async removed(slug) {
      await run("SET", () => client.set(keyOf(slug), nothing, "EX", lifetimes.removed));
    },
  };
}
