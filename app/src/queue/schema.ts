import type pg from "pg";
import { getConstructionPlans, getMigrationPlans } from "pg-boss";
import library from "pg-boss/package.json" with { type: "json" };
import { splitStatements } from "../schema/statements.ts";

const name = "pgboss";

/**
 * Brings the job queue's own tables to what this image's pg-boss expects. It is a part of the migration: the service's login may use
 * these tables and must not be able to make them. A newer one is left alone, since an older image may run again after a release is
 * taken back.
 */
export async function bringQueueSchema(client: pg.Client): Promise<void> {
  const { rows: found } = await client.query<{ there: boolean }>("SELECT to_regclass($1) IS NOT NULL AS there", [`${name}.version`]);
  if (!found[0]!.there) return run(client, getConstructionPlans(name));
  const { rows } = await client.query<{ version: number }>(`SELECT version FROM ${name}.version`);
  const version = rows[0]!.version;
  if (version < library.pgboss.schema) await run(client, getMigrationPlans(name, version));
}

/** One by one: sent together they would be one transaction, in which the plan's own concurrent index builds are refused. */
async function run(client: pg.Client, plan: string): Promise<void> {
  for (const { text } of splitStatements(plan)) await client.query(text);
}
