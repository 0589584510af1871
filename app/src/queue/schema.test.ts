import pg from "pg";
import { getRollbackPlans } from "pg-boss";
import library from "pg-boss/package.json" with { type: "json" };
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalPostgres, localPostgres } from "../../local/postgres.ts";
import { bringQueueSchema } from "./schema.ts";

let server: LocalPostgres;
let client: pg.Client;
const version = async () => (await client.query("SELECT version FROM pgboss.version")).rows[0].version;
beforeAll(async () => {
  server = await localPostgres();
  const { password, ...settings } = await server.createDatabase();
  client = new pg.Client({ ...settings, password: password?.() });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await server?.remove();
});

it("is made once, brought forward from an older one, and left alone when it is newer", async () => {
  await bringQueueSchema(client);
  await bringQueueSchema(client);
  expect(await version()).toBe(library.pgboss.schema);

  await client.query(getRollbackPlans("pgboss", library.pgboss.schema));
  expect(await version()).toBe(library.pgboss.schema - 1);
  await bringQueueSchema(client);
  expect(await version()).toBe(library.pgboss.schema);

  await client.query("UPDATE pgboss.version SET version = version + 1");
  await bringQueueSchema(client);
  expect(await version()).toBe(library.pgboss.schema + 1);
});
