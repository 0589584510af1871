import { askSql, runSql, type Server } from "../../infra/components/backup-tools/restore/sql.ts";

/** Bytes on disk of a row with its part of the indexes, measured. */
const hitBytes = 190;
const linkBytes = 230;

/**
 * Fills the database `links` up to about that size, indexes included: a large table of events, a middle one they refer to, and
 * thirty small ones. That the largest is two thirds of all is what a service's database looks like, and is the hard case: no number
 * of jobs makes its rows come in faster.
 */
export async function fillDatabase(server: Server, megabytes: number): Promise<{ databaseBytes: number }> {
  const links = Math.round((megabytes * 2 ** 20 * 0.3) / linkBytes);
  const hits = Math.round((megabytes * 2 ** 20 * 0.7) / hitBytes);
  await runSql(server, "links", tables);
  await runSql(
    server,
    "links",
    `INSERT INTO links SELECT to_hex(n::bigint * 2654435761), 'https://example.org/' || md5(n::text) || '?from=' || n % 1000, n % 5000, timestamptz '2025-01-01' + n * interval '1 minute'
       FROM generate_series(1, ${links}) n;
     INSERT INTO hits (slug, at, referrer, agent)
       SELECT to_hex((1 + n * 7919::bigint % ${links}) * 2654435761), timestamptz '2025-06-01' + n * interval '2 seconds', 'https://' || n % 4000 || '.example.net/', md5((n % 300)::text)
       FROM generate_series(1, ${hits}) n;
     ${indexes}`,
  );
  await runSql(server, "links", "VACUUM ANALYZE;\nCHECKPOINT;");
  return { databaseBytes: (await askSql<number>(server, "links", "SELECT pg_database_size('links');"))! };
}

const small = Array.from(
  { length: 30 },
  (_, n) => `CREATE TABLE small_${n} (id int PRIMARY KEY, text text); INSERT INTO small_${n} SELECT n, md5(n::text) FROM generate_series(1, 500) n;`,
);

const tables = `SET ROLE links_owner;
  CREATE TABLE schema_migrations (name text PRIMARY KEY); INSERT INTO schema_migrations VALUES ('0001_links'), ('0002_hits');
  CREATE TABLE links (slug text NOT NULL, url text NOT NULL, owner int NOT NULL, created timestamptz NOT NULL);
  CREATE TABLE hits (id bigserial, slug text NOT NULL, at timestamptz NOT NULL, referrer text, agent text);
  ${small.join("\n  ")}`;

const indexes = `
  ALTER TABLE links ADD PRIMARY KEY (slug);
  CREATE INDEX links_owner_created ON links (owner, created);
  ALTER TABLE hits ADD PRIMARY KEY (id);
  CREATE INDEX hits_slug_at ON hits (slug, at);
  ALTER TABLE hits ADD FOREIGN KEY (slug) REFERENCES links;`;

export const schemaVersionQuery = "SELECT max(name) FROM schema_migrations";
