import { createHash } from "node:crypto";
import type { Database } from "../postgres/database.ts";
import { addHits, deleteLink, findLink, findLinkByRequest, findTarget, insertLink, listLinks, readStatistics } from "./statements.ts";

/** A link as the database holds it. */
export interface Link {
  /** A bigint, which pg gives as text so that it loses nothing. */
  id: string;
  slug: string;
  url: string;
  hits: number;
  createdAt: Date;
}

interface Row {
  id: string;
  slug: string;
  url: string;
  hits: string;
  created_at: Date;
}

const linkOf = ({ id, slug, url, hits, created_at }: Row): Link => ({ id, slug, url, hits: Number(hits), createdAt: created_at });

/** A link whose hits were written: its totals before and after. */
export interface CountedHits {
  id: string;
  slug: string;
  before: number;
  after: number;
}

/** How an attempt to create a link ended. */
export type Creation = { outcome: "created" | "repeated"; link: Link } | { outcome: "slugTaken" } | { outcome: "keyUsed" };

export type LinkStore = ReturnType<typeof createLinkStore>;

export function createLinkStore(database: Database) {
  const one = async (rows: Promise<Row[]>) => {
    const [row] = await rows;
    return row && linkOf(row);
  };

  return {
    /** Creates a link. One statement decides, so that of two requests for a slug exactly one wins. */
    async create(slug: string, url: string, requestKey?: string): Promise<Creation> {
      const key = requestKey === undefined ? null : createHash("sha256").update(requestKey).digest();
      const created = await one(database.query<Row>(insertLink, [slug, url, key]));
      if (created) return { outcome: "created", link: created };
      const before = key && (await one(database.query<Row>(findLinkByRequest, [key])));
      if (before) return before.url === url ? { outcome: "repeated", link: before } : { outcome: "keyUsed" };
      return { outcome: "slugTaken" };
    },
    find: (slug: string) => one(database.query<Row>(findLink, [slug])),
    async findTarget(slug: string): Promise<string | undefined> {
      const [row] = await database.query<{ url: string }>(findTarget, [slug]);
      return row?.url;
    },
    list: async (before: string | undefined, count: number) => (await database.query<Row>(listLinks, [before, count])).map(linkOf),
    remove: async (slug: string) => (await database.query(deleteLink, [slug])).length > 0,
    /** Adds hits, and gives the totals of the links that there still are. */
    addHits: async (hits: ReadonlyMap<string, number>): Promise<CountedHits[]> => {
      const rows = await database.query<{ id: string; slug: string; before: string; after: string }>(addHits, [[...hits.keys()], [...hits.values()]]);
      return rows.map(({ before, after, ...link }) => ({ ...link, before: Number(before), after: Number(after) }));
    },
    statistics: (slug: string, days: number) => database.query<{ day: string; hits: string }>(readStatistics, [slug, days]),
  };
}
