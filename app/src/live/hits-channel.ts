import type { Logger } from "pino";
import type { RedisSettings } from "../config/bindings.ts";
import type { CountedHits } from "../links/store.ts";
import { createRedis } from "../redis/client.ts";
import type { GuardedRedis } from "../redis/guarded.ts";

/** Tells other processes what hits were counted here, and learns of theirs. */
export interface HitsChannel {
  publish(counted: readonly CountedHits[]): Promise<void>;
  follow(slug: string): void;
  unfollow(slug: string): void;
  close(): void;
}

const prefix = "link-hits:";
/** Messages sent at once: few enough that even a slow minute of Redis answers within the circuit's time-out. */
const batchSize = 500;

/**
 * One Redis channel for each link, so that a process hears only what its callers look at. A connection that has subscribed can do
 * nothing else, so it is one of its own. Messages hold totals: one that is lost is made good by the next.
 */
export function createHitsChannel(store: GuardedRedis, settings: RedisSettings, receive: (slug: string, total: number) => void, log: Logger): HitsChannel {
  const subscriber = createRedis("redis-cache-live", settings, log);
  const followed = new Set<string>();
  // What fails now is asked for again when the connection is back.
  const subscribe = (slugs: Iterable<string>) => {
    const channels = Array.from(slugs, (slug) => prefix + slug);
    if (channels.length > 0 && subscriber.status === "ready") subscriber.subscribe(...channels).catch(() => {});
  };
  subscriber.on("ready", () => subscribe(followed));
  subscriber.on("message", (channel: string, text: string) => {
    const total = Number(text);
    if (channel.startsWith(prefix) && Number.isSafeInteger(total)) receive(channel.slice(prefix.length), total);
  });

  async function send(batch: readonly CountedHits[]) {
    const pipeline = store.client.pipeline();
    for (const { slug, after } of batch) pipeline.publish(prefix + slug, `${after}`);
    const results = (await pipeline.exec()) ?? [];
    for (const [error] of results) if (error) throw error;
  }

  return {
    async publish(counted) {
      for (let first = 0; first < counted.length && !store.circuit.open; first += batchSize) {
        // Away: each process then tells its own callers of its own hits, which needs no Redis.
        const sent = await store.circuit
          .run(() => send(counted.slice(first, first + batchSize)))
          .then(
            () => true,
            () => false,
          );
        if (!sent) return;
      }
    },
    follow(slug) {
      followed.add(slug);
      subscribe([slug]);
    },
    unfollow(slug) {
      followed.delete(slug);
      if (subscriber.status === "ready") subscriber.unsubscribe(prefix + slug).catch(() => {});
    },
    close: () => subscriber.disconnect(),
  };
}
