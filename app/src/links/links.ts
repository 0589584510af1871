import type { FastifyInstance } from "fastify";
import type { LinkCache } from "./cache.ts";
import { createHits, type HitObservers, type Hits } from "./hits.ts";
import { createMemoryCache } from "./memory-cache.ts";
import { createRedisCache } from "./redis-cache.ts";
import { createLinkStore, type LinkStore } from "./store.ts";
import { createTargets } from "./targets.ts";

/** What the routes of this feature share. */
export interface Links {
  store: LinkStore;
  cache: LinkCache;
  hits: Hits;
  /** Where a slug leads. */
  target: (slug: string) => Promise<string | undefined>;
  /** Origin of short URLs. */
  origin: () => string;
  /** Origin to refuse as a target, when it is known for certain. */
  ownOrigin?: string;
}

export function createLinks(app: FastifyInstance, publicUrl: string | undefined, counted: HitObservers["counted"]): Links {
  const { cacheRequests, hitsDropped } = app.metrics.instruments;
  const store = createLinkStore(app.database);
  const cache = app.redis.cache ? createRedisCache(app.redis.cache) : createMemoryCache();
  const hits = createHits(store, { dropped: (count) => hitsDropped.inc(count), counted }, app.log as never);
  app.addHook("onClose", () => hits.stop());
  return {
    store,
    cache,
    hits,
    target: createTargets(cache, store, cacheRequests),
    origin: () => publicUrl ?? localOrigin(app),
    ownOrigin: publicUrl,
  };
}

/** Where a developer reaches a process that nobody told its public address. */
function localOrigin(app: FastifyInstance): string {
  const address = app.server.address();
  return `http://localhost:${typeof address === "object" && address ? address.port : 80}`;
}
