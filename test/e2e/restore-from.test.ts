import { spawn } from "node:child_process";
import { once } from "node:events";
import { beforeAll, expect, test } from "vitest";
import { S3Store } from "../../infra/components/backup-tools/store/s3.ts";
import { changes } from "./engine.ts";
import { eventually, get, kubectl, list } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
const elsewhere = stack.cluster.otherStore;
if (!elsewhere) console.warn("restore-from is skipped: no store outside the stack's namespace; give one by SLIPWAY_E2E_OTHER_STORE (test/e2e/README.md).");

/** A bucket of this run alone. */
const bucket = `restore-from-${namespace.split("-").at(-1)}`;

beforeAll(async () => void (elsewhere && (await stack.ensureUp())));

test.skipIf(!elsewhere)("a namespace that is lost comes back with all its rows by one up, from a copy of the bucket alone", async () => {
  const before = await stack.client();
  const slugs = new Map<string, string>();
  for (let number = 0; number < 20; number += 1) {
    const url = `https://example.org/kept/${number}`;
    slugs.set(await slugOf(before, url), url);
  }
  before.close();
  const rows = await rowsOfLinks();
  await backUp();
  await copyBucket();

  await kubectl(["delete", "namespace", namespace, "--timeout=180s"], { patience: 200 });
  const lost = performance.now();
  for (const [name, value] of Object.entries({ accessKeyId: elsewhere!.accessKeyId, secretAccessKey: elsewhere!.secretAccessKey })) {
    const set = await stack.engine.on("config", ["set", "--secret", "--path", `slipway:secrets.restore.${name}`, value]);
    expect(set.code, set.text).toBe(0);
  }
  stack.configure({ "slipway:restoreFrom": { backup: "latest", bucket, endpoint: await addressInside() } });
  const run = await stack.update("from the bucket, its namespace lost", ["--refresh"]);
  expect(run.code, run.text.slice(-4000)).toBe(0);
  expect(changes(run.text).created).toBeGreaterThan(50);

  const client = await stack.client();
  const [first] = slugs.keys();
  await eventually("the first request is answered", 60, async () => (await client.ask("GET", `/${first}`)).status === 302);
  stack.note("namespace", `${((performance.now() - lost) / 1000).toFixed(0)} s from its loss to the first answered request, no row lost`);
  for (const [slug, url] of slugs) expect((await client.ask("GET", `/${slug}`)).headers.location).toBe(url);
  client.close();
  expect(await rowsOfLinks()).toBe(rows);
  const job = (await list(namespace, "jobs")).find(({ metadata }) => metadata.name.startsWith("postgres-restore-from"));
  expect(await kubectl(["--namespace", namespace, "logs", `job/${job.metadata.name}`, "--container=restore"])).toMatch(
    /database links was restored from backup/,
  );
});

test.skipIf(!elsewhere)("what holds data is left alone, and restoreFrom can be taken away again", async () => {
  const client = await stack.client();
  const slug = await slugOf(client, "https://example.org/since");
  await stack.up("another backup named", { "slipway:restoreFrom": { backup: new Date().toISOString() } });
  const jobs = (await list(namespace, "jobs")).filter(({ metadata }) => metadata.name.startsWith("postgres-restore-from"));
  expect(jobs).toHaveLength(1);
  expect(await kubectl(["--namespace", namespace, "logs", `job/${jobs[0].metadata.name}`, "--container=restore"])).toMatch(
    /is left alone: it was restored from backup/,
  );
  expect((await client.ask("GET", `/${slug}`)).status).toBe(302);
  client.close();
  await stack.up("without restoreFrom", { "slipway:restoreFrom": undefined, "slipway:secrets": undefined });
});

/** Address of the other store as the restore's pod calls it. */
async function addressInside(): Promise<string> {
  const { inside, service } = elsewhere!;
  if (inside) return inside;
  const [home, name] = service!.split("/") as [string, string];
  const [slice] = await list(home, "endpointslices", `--selector=kubernetes.io/service-name=${name}`);
  return `http://${slice.endpoints[0].addresses[0]}:${slice.ports[0].port}`;
}

async function rowsOfLinks(): Promise<string> {
  const shell = 'PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE") psql -h 127.0.0.1 -U postgres -At -d links -c "SELECT count(*) FROM links"';
  return (await kubectl(["--namespace", namespace, "exec", "postgres-0", "--", "sh", "-c", shell])).trim();
}

async function backUp(): Promise<void> {
  await kubectl(["--namespace", namespace, "create", "job", "before-the-loss", "--from=cronjob/postgres-backup"]);
  await kubectl(["--namespace", namespace, "wait", "--for=condition=complete", "--timeout=180s", "job/before-the-loss"], { patience: 200 });
}

/** What replication to another region does: every object, by the reader's key. */
async function copyBucket(): Promise<void> {
  const [template] = (await get(namespace, "cronjob", "postgres-restore")).spec.jobTemplate.spec.template.spec.containers;
  const env = Object.fromEntries(template.env.map(({ name, value }: { name: string; value: string }) => [name, value]));
  const pod = (await get(namespace, "cronjob", "postgres-restore")).spec.jobTemplate.spec.template.spec;
  const keyVolume = template.volumeMounts.find(({ mountPath }: { mountPath: string }) => mountPath === env.READER_ACCESS_KEY_DIRECTORY).name;
  const secret = await get(namespace, "secret", pod.volumes.find(({ name }: { name: string }) => name === keyVolume).secret.secretName);
  const file = (name: string) => Buffer.from(secret.data[name], "base64").toString("utf8");
  const tunnel = spawn("kubectl", ["--namespace", namespace, "port-forward", "service/backups-store", ":7070"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(tunnel.stdout, "data");
    const endpoint = `http://127.0.0.1:${/127\.0\.0\.1:(\d+)/.exec(String(line))![1]}`;
    const from = storeAt(endpoint, env.BUCKET, env.REGION, file("access-key-id"), file("secret-access-key"));
    const to = storeAt(elsewhere!.outside, bucket, "us-east-1", elsewhere!.accessKeyId, elsewhere!.secretAccessKey);
    // A PUT without a key makes the bucket.
    await to.put("", new Uint8Array());
    for await (const { key } of from.list(`${env.PREFIX}/`)) await to.put(key, await from.get(key));
  } finally {
    tunnel.kill();
  }
}

function storeAt(endpoint: string, name: string, region: string, accessKeyId: string, secretAccessKey: string): S3Store {
  const credentials = { get: async () => ({ accessKeyId, secretAccessKey }), forget: () => undefined };
  return new S3Store({ endpoint, bucket: name, region, credentials });
}
