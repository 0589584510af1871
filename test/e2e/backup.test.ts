import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { manifestKey, streamFolder } from "../../infra/components/backup-tools/format/keys.ts";
import { parseManifest } from "../../infra/components/backup-tools/format/manifest.ts";
import { readStream } from "../../infra/components/backup-tools/format/streams.ts";
import { S3Store } from "../../infra/components/backup-tools/store/s3.ts";
import type { Client } from "./http.ts";
import { eventually, get, kubectl } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
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
  const started = performance.now();
  await kubectl(["--namespace", namespace, "create", "job", "backup-by-hand", "--from=cronjob/postgres-backup"]);
  const status = await eventually("the job has ended", 120, async () => {
    const job = await get(namespace, "job", "backup-by-hand");
    return (job.status.conditions ?? []).find(({ type }: { type: string }) => type === "Complete" || type === "Failed");
  });
  const log = await kubectl(["--namespace", namespace, "logs", "job/backup-by-hand", "--container=backup"]);
  const job = await get(namespace, "job", "backup-by-hand");
  expect(status.type, log).toBe("Complete");
  stack.note("backup", `${((performance.now() - started) / 1000).toFixed(0)} s for the job`);

  const id = /backup (\S+) is stored and verified/.exec(log)?.[1] ?? "none";
  const { schema, data } = await withStore(job, async (store, prefix) => {
    const key = manifestKey(prefix, "links", id);
    const manifest = parseManifest((await store.get(key)).toString("utf8"), key);
    expect(manifest).toMatchObject({ kind: "dump", database: "links", schemaVersion: expect.stringMatching(/^\d{4}_/) });
    const contents: Record<string, Buffer[]> = { schema: [], data: [] };
    for (const { name, role, chunks } of manifest.streams) {
      const parts: Buffer[] = [];
      for await (const part of readStream(store, { folder: streamFolder(prefix, "links", id, name), id, stream: name }, chunks)) parts.push(part);
      contents[role]!.push(Buffer.concat(parts));
    }
    return contents as { schema: [Buffer]; data: Buffer[] };
  });

  await psql("postgres", "CREATE DATABASE scratch");
  try {
    const restore = ["pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname=scratch"];
    await inPostgres([...restore, "--section=pre-data"], schema[0]);
    for (const stream of data) await inPostgres([...restore, "--section=data"], stream);
    await inPostgres([...restore, "--section=post-data"], schema[0]);
    expect(await fingerprint("scratch")).toEqual(before);
    expect(Object.values(before).join(), "rows were compared").toMatch(/^[1-9]|,[1-9]/);
  } finally {
    await psql("postgres", "DROP DATABASE scratch");
    await kubectl(["--namespace", namespace, "delete", "job", "backup-by-hand", "--wait=false"]);
  }
});

/** Number of rows and a hash over all of them, for every table of a database; of the job queue the tables alone, whose rows its worker changes all the time. */
async function fingerprint(database: string): Promise<Record<string, string>> {
  const tables = (
    await psql(database, "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1")
  )
    .trim()
    .split("\n");
  const prints = await Promise.all(
    tables.map(async (table) => [
      table,
      table.startsWith("pgboss.")
        ? "there"
        : (await psql(database, `SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM ${table} t`)).trim(),
    ]),
  );
  return Object.fromEntries(prints);
}

const psql = (database: string, sql: string) =>
  inPostgres(["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", `--dbname=${database}`], new TextEncoder().encode(sql));

/** Runs a client program beside the server, as its superuser; the password stays in the pod. */
function inPostgres(command: string[], input: Uint8Array): Promise<string> {
  const shell = 'PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE") PGHOST=127.0.0.1 PGUSER=postgres exec "$@"';
  return kubectl(["--namespace", namespace, "exec", "--stdin", "postgres-0", "--", "sh", "-c", shell, "sh", ...command], { input, patience: 120 });
}

/** The store by the reader's key, through a tunnel: its own policy admits nobody from outside. */
async function withStore<T>(job: { spec: { template: { spec: JobPod } } }, work: (store: S3Store, prefix: string) => Promise<T>): Promise<T> {
  const { containers, volumes } = job.spec.template.spec;
  const env = Object.fromEntries(containers[0]!.env.map(({ name, value }) => [name, value ?? ""]));
  const mount = containers[0]!.volumeMounts.find(({ mountPath }) => mountPath === env.READER_ACCESS_KEY_DIRECTORY)!;
  const secret = await get(namespace, "secret", volumes.find(({ name }) => name === mount.name)!.secret!.secretName);
  const file = (name: string) => Buffer.from(secret.data[name], "base64").toString("utf8");
  const credentials = { accessKeyId: file("access-key-id"), secretAccessKey: file("secret-access-key") };

  const tunnel = spawn("kubectl", ["--namespace", namespace, "port-forward", "service/backups-store", ":7070"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(tunnel.stdout, "data");
    const endpoint = `http://127.0.0.1:${/127\.0\.0\.1:(\d+)/.exec(String(line))![1]}`;
    const source = { get: async () => credentials, forget: () => undefined };
    const store = new S3Store({ endpoint, region: env.REGION!, bucket: env.BUCKET!, credentials: source, deadlineSeconds: 30 });
    return await work(store, env.PREFIX!);
  } finally {
    tunnel.kill();
  }
}

interface JobPod {
  containers: { env: { name: string; value?: string }[]; volumeMounts: { name: string; mountPath: string }[] }[];
  volumes: { name: string; secret?: { secretName: string } }[];
}
