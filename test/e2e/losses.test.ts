import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { outcomeOf } from "./command.ts";
import { repository } from "./engine.ts";
import type { Client } from "./http.ts";
import { runJob } from "./jobs.ts";
import { eventually } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
import { secondsSince } from "./notes.ts";
import { besidePostgres, sql } from "./postgres.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
let client: Client;
/** Database that holds the backup, restored beside. */
let restored: string;
/** A link that is in the backup. */
let kept: string;

beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client();
  kept = await slugOf(client, "https://example.org/kept");
  await runJob(namespace, "before-losses", "postgres-backup");
});

/** Runs the guide as a person would, who types `answer`. */
async function restore(args: string[], answer = "no"): Promise<string> {
  const command = [process.execPath, join(repository, "infra", "restore", "cli.ts"), "--namespace", namespace, ...args];
  const { code, stdout, stderr } = await outcomeOf(command, { input: `${answer}\n`, patience: 300 });
  expect(code, stdout + stderr).toBe(0);
  return stdout;
}

/** Runs a shell line of docs/disaster-recovery.md beside the server. */
const beside = (line: string, ...words: string[]) => besidePostgres(namespace, line, words);
const psql = (statement: string) => sql(namespace, statement);

test("a row that was deleted is copied back; what was written since stays", async () => {
  const since = await slugOf(client, "https://example.org/since");
  await psql(`DELETE FROM links WHERE slug = '${kept}'`);
  const lost = performance.now();
  restored = /links_restored_\w+/.exec(await restore(["--to", "latest"]))![0];
  await beside('psql -d "$0" -c "COPY (SELECT * FROM links WHERE slug = $1) TO STDOUT" | psql -d links -c "COPY links FROM STDIN"', restored, `'${kept}'`);
  stack.note("lost row", `${secondsSince(lost)} from its loss until it was back, restore beside included`);
  expect(await psql(`SELECT count(*) FROM links WHERE slug IN ('${kept}', '${since}')`)).toBe("2");
});

test("a table that was dropped comes back with its indexes and rights", async () => {
  const shape = () =>
    psql(
      "SELECT string_agg(indexdef, ';' ORDER BY indexdef) || (SELECT relacl::text FROM pg_class WHERE relname = 'link_statistics') FROM pg_indexes WHERE tablename = 'link_statistics'",
    );
  const before = await shape();
  await psql("DROP TABLE link_statistics");
  const lost = performance.now();
  await beside('pg_dump --table="$1" "$0" | psql -q --single-transaction --set=ON_ERROR_STOP=1 links', restored, "link_statistics");
  stack.note("lost table", `${secondsSince(lost)} from its loss until it was back, from a backup that was restored beside already`);
  expect(await shape()).toBe(before);
});

test("a database that was emptied is switched for the restored one, and answers", async () => {
  await psql("TRUNCATE links CASCADE");
  const lost = performance.now();
  const told = await restore(["--switch", restored], "links");
  await eventually("the row is served", 60, async () => (await client.ask("GET", `/${kept}`)).status === 302);
  stack.note("lost database", `${secondsSince(lost)} from its loss to the first answered request, from a backup that was restored beside already`);
  await restore(["--drop", /--drop (\S+)/.exec(told)![1]!]);
});
