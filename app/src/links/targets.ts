import type { Counter } from "prom-client";
import type { LinkCache } from "./cache.ts";
import type { LinkStore } from "./store.ts";

/** Finds where a slug leads: by the cache, else by the database, which is asked once however many wait. */
export function createTargets(cache: LinkCache, store: Pick<LinkStore, "findTarget">, requests: Counter<"cache" | "result">) {
  const loading = new Map<string, Promise<string | undefined>>();

  function load(slug: string, fill: boolean): Promise<string | undefined> {
    const running = loading.get(slug);
    if (running) return running;
    const started = store.findTarget(slug).finally(() => loading.delete(slug));
    loading.set(slug, started);
    // Not awaited: the caller has its answer, and a cache that doesn't take it is counted at the next look-up.
    if (fill) started.then((target) => cache.fill(slug, target ?? null)).catch(() => {});
    return started;
  }

  return async (slug: string): Promise<string | undefined> => {
    let cached: Awaited<ReturnType<LinkCache["find"]>>;
    try {
      cached = await cache.find(slug);
    } catch {
      requests.inc({ cache: "links", result: "error" });
      return load(slug, false);
    }
    requests.inc({ cache: "links", result: cached === undefined ? "miss" : "hit" });
    return cached === undefined ? load(slug, true) : (cached ?? undefined);
  };
}
