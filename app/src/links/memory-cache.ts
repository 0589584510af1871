import { LRUCache } from "lru-cache";
import { jittered, type LinkCache, lifetimes } from "./cache.ts";

/** The cache of a process without Redis: right for one process, and for several only as far as the entries' short lives go. */
export function createMemoryCache(): LinkCache {
  const entries = new LRUCache<string, { target: string | null }>({ max: 10_000 });
  const put = (slug: string, target: string | null, seconds: number) => void entries.set(slug, { target }, { ttl: seconds * 1_000 });
  return {
    find: async (slug) => entries.get(slug)?.target,
    async fill(slug, target) {
      if (!entries.has(slug)) put(slug, target, target === null ? lifetimes.nothing : jittered(lifetimes.target));
    },
    created: async (slug, target) => put(slug, target, jittered(lifetimes.target)),
    removed: async (slug) => put(slug, null, lifetimes.removed),
  };
}
