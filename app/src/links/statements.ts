import type { Statement } from "../postgres/database.ts";

const columns = "id, slug, url, hits, created_at";

export const insertLink: Statement = {
  name: "links_insert",
  text: `INSERT INTO links (slug, url, request_key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING ${columns}`,
};

export const findLink: Statement = { name: "links_find", text: `SELECT ${columns} FROM links WHERE slug = $1` };

export const findLinkByRequest: Statement = { name: "links_find_by_request", text: `SELECT ${columns} FROM links WHERE request_key = $1` };

export const findTarget: Statement = { name: "links_find_target", text: "SELECT url FROM links WHERE slug = $1" };

/** Newest first. By key and not by offset: a page costs the same however deep, and links that come meanwhile shift nothing. */
export const listLinks: Statement = {
  name: "links_list",
  text: `SELECT ${columns} FROM links WHERE id < coalesce($1::bigint, 9223372036854775807) ORDER BY id DESC LIMIT $2`,
};

export const deleteLink: Statement = { name: "links_delete", text: "DELETE FROM links WHERE slug = $1 RETURNING slug" };

/** Rows are locked in one order, or two replicas that count the same links would deadlock. */
export const addHits: Statement = {
  name: "links_add_hits",
  text: `WITH batch AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS b (slug, hits)),
    locked AS (SELECT links.id, batch.hits FROM links JOIN batch USING (slug) ORDER BY links.id FOR UPDATE OF links)
    UPDATE links SET hits = links.hits + locked.hits FROM locked WHERE links.id = locked.id
    RETURNING links.id, links.slug, links.hits - locked.hits AS before, links.hits AS after`,
};

/** Days without a hit have no row. */
export const readStatistics: Statement = {
  name: "links_statistics",
  text: `SELECT day::text, hits_after - hits_before AS hits FROM link_statistics JOIN links ON links.id = link_id
    WHERE slug = $1 AND day > current_date - $2::int ORDER BY day DESC`,
};
