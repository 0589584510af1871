import { afterAll, beforeAll, expect, test } from "vitest";
import { chunkKey } from "../../infra/components/backup-tools/format/encryption.ts";
import { manifestKey, streamFolder } from "../../infra/components/backup-tools/format/keys.ts";
import { parseManifest } from "../../infra/components/backup-tools/format/manifest.ts";
import { readStream } from "../../infra/components/backup-tools/format/streams.ts";
import { withBackups } from "./buckets.ts";
import { stackName } from "./engine.ts";
import type { Client } from "./http.ts";
import { runJob } from "./jobs.ts";
import { kubectl } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
import { besidePostgres, sql } from "./postgres.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
let client: Client;
beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client();
});
afterAll(() => client?.close());

test("the backup's CronJob stores a backup that can be restored, row by row", async () => {
  await slugOf(client, "https://example.org/kept");
  const before = await fingerprint("links");
  const { log, seconds } = await runJob(namespace, "backup-by-hand", "postgres-backup");
  stack.note("backup", `${seconds} s for the job`);

  const shown = await stack.engine.run(["stack", "output", "--stack", stackName, "--show-secrets", "backupEncryptionKey"]);
  const encryptionKey = chunkKey(shown.stdout, "the stack's output");
  const id = /backup (\S+) is stored and verified/.exec(log)?.[1] ?? "none";
  const { schema, data } = await withBackups(namespace, async (store, prefix) => {
    const key = manifestKey(prefix, "links", id);
    const manifest = parseManifest((await store.get(key)).toString("utf8"), key);
    expect(manifest).toMatchObject({
      kind: "dump",
      database: "links",
      schemaVersion: expect.stringMatching(/^\d{4}_/),
      encryption: { keyId: encryptionKey.keyId },
    });
    const contents: Record<string, Buffer[]> = { schema: [], data: [] };
    for (const { name, role, chunks } of manifest.streams) {
      const parts: Buffer[] = [];
      for await (const part of readStream(store, { folder: streamFolder(prefix, "links", id, name), id, stream: name, key: encryptionKey }, chunks))
        parts.push(part);
      contents[role]!.push(Buffer.concat(parts));
    }
    return contents as { schema: [Buffer]; data: Buffer[] };
  });

  await sql(namespace, "CREATE DATABASE scratch", "postgres");
  try {
    const restore = ["pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname=scratch"];
    await inPostgres([...restore, "--section=pre-data"], schema[0]);
    for (const stream of data) await inPostgres([...restore, "--section=data"], stream);
    await inPostgres([...restore, "--section=post-data"], schema[0]);
    expect(await fingerprint("scratch")).toEqual(before);
    expect(Object.values(before).join(), "rows were compared").toMatch(/^[1-9]|,[1-9]/);
  } finally {
    await sql(namespace, "DROP DATABASE scratch", "postgres");
    await kubectl(["--namespace", namespace, "delete", "job", "backup-by-hand", "--wait=false"]);
  }
});

/** Number of rows and a hash over all of them, for every table of a database; of the job queue the tables alone, whose rows its worker changes all the time. */
async function fingerprint(database: string): Promise<Record<string, string>> {
  const ofUsers = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";
  const tables = (await sql(namespace, ofUsers, database)).split("\n");
  const prints = await Promise.all(
    tables.map(async (table) => [
      table,
      table.startsWith("pgboss.")
        ? "there"
        : await sql(namespace, `SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM ${table} t`, database),
    ]),
  );
  return Object.fromEntries(prints);
}

/** Runs a client program beside the server. */
const inPostgres = (command: string[], input: Uint8Array) => besidePostgres(namespace, 'exec "$@"', ["sh", ...command], { input, patience: 120 });
