import { beforeAll, expect, test } from "vitest";
import { drillNamespace } from "../../infra/config/drill-namespace.ts";
import { bucketAt, copyBackups } from "./buckets.ts";
import { changes, type EngineRun } from "./engine.ts";
import { runJob } from "./jobs.ts";
import { eventually, kubectl, list } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
import { secondsSince } from "./notes.ts";
import { sql } from "./postgres.ts";
import { thisStack } from "./this-stack.ts";

// What is lost, and comes back by one update: the namespace, the database's volume, the bucket's. Each begins as the one before ends.
const stack = thisStack();
const { namespace } = stack;
const elsewhere = stack.cluster.otherStore;
if (!elsewhere) console.warn("no namespace is brought back: no store outside the stack's namespace; give one by SLIPWAY_E2E_OTHER_STORE (test/e2e/README.md).");

/** A bucket of this run alone. */
const copy = { bucket: `restore-from-${namespace.split("-").at(-1)}`, region: "us-east-1" };
const countLinks = "SELECT count(*) FROM links";
const without = { "slipway:restoreFrom": undefined, "slipway:secrets": undefined };

beforeAll(async () => void (await stack.ensureUp()));

test.skipIf(!elsewhere)("a namespace that is lost comes back with all its rows by one up, from a copy of the bucket alone", async () => {
  const { accessKeyId, outside, secretAccessKey } = elsewhere!;
  const before = await stack.client();
  const slugs = new Map<string, string>();
  for (let number = 0; number < 20; number += 1) {
    const url = `https://example.org/kept/${number}`;
    slugs.set(await slugOf(before, url), url);
  }
  before.close();
  const rows = await sql(namespace, countLinks);
  await runJob(namespace, "before-the-loss", "postgres-backup");
  await copyBackups(namespace, bucketAt({ ...copy, endpoint: outside, accessKeyId, secretAccessKey }));

  await kubectl(["delete", "namespace", namespace, "--timeout=180s"], { patience: 200 });
  const lost = performance.now();
  for (const [name, value] of Object.entries({ accessKeyId, secretAccessKey })) {
    const set = await stack.engine.on("config", ["set", "--secret", "--path", `slipway:secrets.restore.${name}`, value]);
    expect(set.code, set.text).toBe(0);
  }
  const run = await refreshed("from the bucket, its namespace lost", {
    "slipway:restoreFrom": { backup: "latest", ...copy, endpoint: await addressInside() },
  });
  expect(changes(run.text).created).toBeGreaterThan(50);

  const client = await stack.client();
  const [first] = slugs.keys();
  await eventually("the first request is answered", 60, async () => (await client.ask("GET", `/${first}`)).status === 302);
  stack.note("namespace", `${secondsSince(lost)} from its loss to the first answered request, no row lost`);
  for (const [slug, url] of slugs) expect((await client.ask("GET", `/${slug}`)).headers.location).toBe(url);
  client.close();
  expect(await sql(namespace, countLinks)).toBe(rows);
  expect(await saidByTheRestores()).toEqual([expect.stringMatching(/database links was restored from backup/)]);
});

test.skipIf(!elsewhere)("what holds data is left alone", async () => {
  const client = await stack.client();
  const slug = await slugOf(client, "https://example.org/since");
  await stack.up("another backup named", { "slipway:restoreFrom": { backup: new Date().toISOString() } });
  expect(await saidByTheRestores()).toEqual([expect.stringMatching(/is left alone: it was restored from backup/)]);
  expect((await client.ask("GET", `/${slug}`)).status).toBe(302);
  client.close();
});

test("the volume of a database that is lost is filled again from the newest backup", async () => {
  const client = await stack.client();
  const slug = await slugOf(client, "https://example.org/on-the-volume");
  await runJob(namespace, "before-volume-loss", "postgres-backup");

  const lost = performance.now();
  await lose("statefulset/postgres", "persistentvolumeclaim/data-postgres-0");
  await lose("jobs", "--selector=app.kubernetes.io/instance in (postgres-roles, postgres-restore-from)");
  stack.configure(without);
  await refreshed("on an empty volume, from the newest backup", { "slipway:restoreFrom": { backup: "latest" } });
  await eventually("the link is followed again", 60, async () => (await client.ask("GET", `/${slug}`)).status === 302);
  stack.note("lost volume", `${secondsSince(lost)} from its loss to the first answered request, no row lost`);
  client.close();
});

test("the volume of the bucket that is lost: the next update makes an empty one, and a backup in it is right; restoreFrom goes without a trace", async () => {
  const lost = performance.now();
  await lose("statefulset/backups-store", "persistentvolumeclaim/data-backups-store-0");
  await lose("jobs", "--selector=app.kubernetes.io/instance=backups-store-bucket");
  await refreshed("on an empty bucket, without restoreFrom", without);
  await runJob(namespace, "after-bucket-loss", "postgres-backup");
  stack.note("lost bucket", `${secondsSince(lost)} from its loss until there was a backup again, of the store in the cluster`);
  await runJob(drillNamespace(namespace), "after-bucket-loss", "restore-drill");
  expect(await saidByTheRestores()).toEqual([]);
});

/** As docs/disaster-recovery.md has it. */
const lose = (...objects: string[]) => kubectl(["--namespace", namespace, "delete", "--timeout=120s", ...objects], { patience: 130 });

/** An update that sees first what is gone. */
async function refreshed(what: string, config: Record<string, unknown>): Promise<EngineRun> {
  stack.configure(config);
  const run = await stack.update(what, ["--refresh"]);
  // What made it fail would fail all that follow.
  if (run.code !== 0) stack.configure(without);
  expect(run.code, run.text.slice(-6000)).toBe(0);
  return run;
}

/** The last words of each restore that the stack has now. */
async function saidByTheRestores(): Promise<string[]> {
  const names = (await list(namespace, "jobs")).map(({ metadata }) => metadata.name as string).filter((name) => name.startsWith("postgres-restore-from"));
  return Promise.all(names.map((name) => kubectl(["--namespace", namespace, "logs", `job/${name}`, "--container=restore"])));
}

/** Address of the other store as the restore's pod calls it. */
async function addressInside(): Promise<string> {
  const { inside, service } = elsewhere!;
  if (inside) return inside;
  const [home, name] = service!.split("/") as [string, string];
  const [slice] = await list(home, "endpointslices", `--selector=kubernetes.io/service-name=${name}`);
  return `http://${slice.endpoints[0].addresses[0]}:${slice.ports[0].port}`;
}
