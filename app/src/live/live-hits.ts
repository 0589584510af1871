import type { CountedHits } from "../links/store.ts";
import type { HitsChannel } from "./hits-channel.ts";

type Listener = (total: number) => void;

/** Who looks at which link. */
export interface LiveHits {
  /** Calls back whenever a link's total grows, and gives what ends that. */
  watch(slug: string, listener: Listener): () => void;
  /** Tells those who look, here and at other processes, of totals that this process has just written. */
  counted(links: readonly CountedHits[]): void;
  /** Links that are looked at. */
  readonly watched: number;
  close(): void;
}

export function createLiveHits(connect: (receive: (slug: string, total: number) => void) => HitsChannel | undefined): LiveHits {
  const listeners = new Map<string, Set<Listener>>();
  const tell = (slug: string, total: number) => {
    for (const listener of listeners.get(slug) ?? []) listener(total);
  };
  const channel = connect(tell);

  return {
    watch(slug, listener) {
      const set = listeners.get(slug) ?? new Set();
      if (set.size === 0) {
        listeners.set(slug, set);
        channel?.follow(slug);
      }
      set.add(listener);
      return () => {
        if (!set.delete(listener) || set.size > 0) return;
        listeners.delete(slug);
        channel?.unfollow(slug);
      };
    },
    counted(links) {
      for (const { slug, after } of links) tell(slug, after);
      void channel?.publish(links);
    },
    get watched() {
      return listeners.size;
    },
    close: () => channel?.close(),
  };
}
