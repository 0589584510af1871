import { z } from "zod";
import type { CountedHits } from "../links/store.ts";
import type { Database, Statement } from "../postgres/database.ts";
import { queues } from "./queues.ts";
import type { JobSender } from "./sender.ts";

/** Most links in one job, so that none is large. */
const mostLinks = 1_000;

const count = z.int().nonnegative();

/** Totals of some links before and after a write of their hits, on a day in UTC. */
export const linkStatisticsSchema = z.strictObject({
  day: z.iso.date(),
  links: z.array(z.tuple([z.string().regex(/^\d+$/), count, count])).max(mostLinks),
});
export type LinkStatistics = z.infer<typeof linkStatisticsSchema>;

/** Hands counted hits to the worker. A job that can't be sent is no loss: the next of the link names totals again. */
export async function sendLinkStatistics(sender: JobSender, counted: readonly CountedHits[], now = new Date()): Promise<void> {
  const day = now.toISOString().slice(0, 10);
  for (let first = 0; first < counted.length; first += mostLinks) {
    const links = counted.slice(first, first + mostLinks).map(({ id, before, after }): [string, number, number] => [id, before, after]);
    await sender.send<LinkStatistics>(queues.linkStatistics, { day, links });
  }
}

/** Least and greatest, so that jobs may come twice and in any order. Rows are locked in one order, or two workers would deadlock. */
const record: Statement = {
  name: "link_statistics_record",
  text: `INSERT INTO link_statistics (link_id, day, hits_before, hits_after)
    SELECT links.id, $1::date, min(b.hits_before), max(b.hits_after)
    FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS b (id, hits_before, hits_after) JOIN links USING (id)
    GROUP BY links.id ORDER BY links.id
    ON CONFLICT (link_id, day) DO UPDATE SET hits_before = least(link_statistics.hits_before, excluded.hits_before),
      hits_after = greatest(link_statistics.hits_after, excluded.hits_after)`,
};

export async function recordLinkStatistics(database: Database, payload: unknown): Promise<void> {
  const { day, links } = linkStatisticsSchema.parse(payload);
  await database.query(record, [day, links.map(([id]) => id), links.map(([, before]) => before), links.map(([, , after]) => after)]);
}
