/** What the cache knows of a slug: its target, that there is none (null), or nothing (undefined). */
export type Cached = string | null | undefined;

/** Targets by slug. Each write says which race it wins, see the functions. */
export interface LinkCache {
  find(slug: string): Promise<Cached>;
  /** A reader found this in the database. Never replaces an entry: what is there was written by whoever changed the link since. */
  fill(slug: string, target: string | null): Promise<void>;
  /** The link was created. */
  created(slug: string, target: string): Promise<void>;
  /** The link was deleted. Leaves a mark, so that a reader who read just before can't fill in what is gone. */
  removed(slug: string): Promise<void>;
}

/** Seconds that an entry lives. */
export const lifetimes = {
  /** Also the longest that a deleted link lives on when the cache could not be told. */
  target: 600,
  /** Short: it saves the database from a scan of made-up slugs, and costs a few seconds where a link appears without the cache's knowledge. */
  nothing: 5,
  /** Longer than any query may run. */
  removed: 10,
};

/** Spreads ends of life over a fifth of them: entries that were filled together would otherwise all miss together. */
export const jittered = (seconds: number) => Math.round(seconds * (0.9 + Math.random() / 5));
