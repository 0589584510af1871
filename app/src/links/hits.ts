import type { Logger } from "pino";
import type { CountedHits, LinkStore } from "./store.ts";

/** Most links whose hits are held back while the database is away; hits of further links are dropped, and counted as dropped. */
const mostSlugs = 50_000;
const periodMilliseconds = 1_000;

/** What is told about hits on their way. */
export interface HitObservers {
  /** Hits that will never be counted. */
  dropped(count: number): void;
  /** Hits that the database now has. */
  counted(links: CountedHits[]): void;
}

export interface Hits {
  add(slug: string): void;
  /** Writes what is held back. Throws what the database throws, and keeps the hits. */
  flush(): Promise<void>;
  /** Ends the periodic writes, and writes what is left. */
  stop(): Promise<void>;
}

/**
 * Counts redirects in memory and writes them once a second, many in one statement: a redirect then writes nothing. A process that
 * is killed, and not stopped, loses at most that second.
 */
export function createHits(store: Pick<LinkStore, "addHits">, { dropped, counted }: HitObservers, log: Pick<Logger, "warn" | "error">): Hits {
  let held = new Map<string, number>();
  let flushing: Promise<void> | undefined;
  const timer = setInterval(
    () => void flush().catch((error) => log.warn({ reason: error.message, links: held.size }, "hits are held back")),
    periodMilliseconds,
  ).unref();

  function add(slug: string, count = 1) {
    const before = held.get(slug);
    if (before === undefined && held.size >= mostSlugs) dropped(count);
    else held.set(slug, (before ?? 0) + count);
  }

  async function write() {
    const batch = held;
    held = new Map();
    const written = await store.addHits(batch).catch((error) => {
      for (const [slug, count] of batch) add(slug, count);
      throw error;
    });
    counted(written);
  }

  async function flush() {
    // One at a time: a slow database would otherwise collect a write for every second of its slowness.
    if (flushing) return flushing;
    if (held.size === 0) return;
    flushing = write().finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  return {
    add: (slug) => add(slug),
    flush,
    async stop() {
      clearInterval(timer);
      try {
        await flushing?.catch(() => {});
        await flush();
      } catch (error) {
        const lost = [...held.values()].reduce((sum, count) => sum + count, 0);
        dropped(lost);
        log.error({ reason: (error as Error).message, hits: lost }, "hits are lost: the database was away at the end");
      }
    },
  };
}
