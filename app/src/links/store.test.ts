import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalPostgres, localPostgres } from "../../local/postgres.ts";
import { migratedDatabase } from "../../local/service.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { createDatabase, type Database } from "../postgres/database.ts";
import { createLinkStore } from "./store.ts";

let server: LocalPostgres;
let client: pg.Client;
let database: Database;

beforeAll(async () => {
  server = await localPostgres();
  const settings = await migratedDatabase(server);
  client = new pg.Client({ ...settings, password: settings.password?.() });
  await client.connect();
  database = createDatabase(settings, createMetrics("test"), pino({ level: "silent" }));
});
afterAll(async () => {
  await client?.end();
  await database?.close();
  await server?.remove();
});

it("adds hits from several replicas at once, whatever their order, without a deadlock", async () => {
  // A large table, so that the rows are looked up one by one, in the order of the batch, as they are in service.
  await client.query("INSERT INTO links (slug, url) SELECT 'many-' || i, 'https://example.org' FROM generate_series(1, 20000) AS i");
  await client.query("ANALYZE links");
  const store = createLinkStore(database);
  const slugs = Array.from({ length: 100 }, (_, index) => `many-${index * 150 + 1}`);
  const replica = async (order: string[]) => {
    for (let batch = 0; batch < 15; batch++) await store.addHits(new Map(order.map((slug) => [slug, 2])));
  };
  await Promise.all([replica(slugs), replica(slugs.toReversed()), replica(slugs), replica(slugs.toReversed())]);
  expect((await client.query("SELECT DISTINCT hits::int FROM links WHERE slug = ANY ($1)", [slugs])).rows).toEqual([{ hits: 120 }]);
});

it("counts nothing for a link that was deleted meanwhile", async () => {
  const store = createLinkStore(database);
  await store.addHits(new Map([["never-there", 3]]));
  expect(await store.find("never-there")).toBe(undefined);
});
