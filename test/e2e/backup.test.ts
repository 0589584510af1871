import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "./http.ts";
import { eventually, get, kubectl, list } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
import { getFromStore, keysIn, type ObjectStore } from "./s3.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
let client: Client;
beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client();
});
afterAll(() => client?.close());

test("the backup's CronJob stores a dump that can be restored, row by row", async () => {
  await slugOf(client, "https://example.org/kept");
  const before = await fingerprint("links");
  const started = performance.now();
  await kubectl(["--namespace", namespace, "create", "job", "backup-by-hand", "--from=cronjob/postgres-backup"]);
  const status = await eventually("the job has ended", 120, async () => {
    const job = await get(namespace, "job", "backup-by-hand");
    return (job.status.conditions ?? []).find(({ type }: { type: string }) => type === "Complete" || type === "Failed");
  });
  const log = await kubectl(["--namespace", namespace, "logs", "job/backup-by-hand", "--all-containers", "--prefix"]);
  expect(status.type, log).toBe("Complete");
  stack.note("backup", `${((performance.now() - started) / 1000).toFixed(0)} s for the job`);

  const dump = await withStore(async (store, prefix) => {
    const keys = await keysIn(store, `${prefix}/`);
    const [manifest] = keys.filter((key) => key.endsWith(".json"));
    const [object] = keys.filter((key) => key.endsWith(".dump"));
    expect([manifest, object], keys.join("\n")).toEqual([expect.any(String), expect.any(String)]);
    expect(JSON.parse(new TextDecoder().decode(await getFromStore(store, manifest!)))).toMatchObject({ database: "links", object: object!.split("/").at(-1) });
    return getFromStore(store, object!);
  });

  await psql("postgres", "CREATE DATABASE scratch");
  try {
    await inPostgres(["pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname=scratch"], dump);
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
async function withStore<T>(work: (store: ObjectStore, prefix: string) => Promise<T>): Promise<T> {
  const job = (await list(namespace, "jobs")).find(({ metadata }) => metadata.name === "backup-by-hand");
  const { containers, volumes } = job.spec.template.spec;
  const env = Object.fromEntries(
    containers.flatMap((container: { env?: { name: string; value?: string }[] }) => (container.env ?? []).map(({ name, value }) => [name, value])),
  );
  const keyFolder: string = env.READER_KEY_DIRECTORY;
  const volumeName = containers
    .flatMap(({ volumeMounts }: { volumeMounts: { name: string; mountPath: string }[] }) => volumeMounts)
    .find(({ mountPath }: { mountPath: string }) => keyFolder.startsWith(mountPath)).name;
  const secret = await get(namespace, "secret", volumes.find(({ name }: { name: string }) => name === volumeName).secret.secretName);
  const file = (name: string) => Buffer.from(secret.data[name], "base64").toString("utf8");

  const tunnel = spawn("kubectl", ["--namespace", namespace, "port-forward", "service/backups-store", ":7070"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(tunnel.stdout, "data");
    const store = {
      address: `http://127.0.0.1:${/127\.0\.0\.1:(\d+)/.exec(String(line))![1]}`,
      region: env.RCLONE_CONFIG_READER_REGION,
      bucket: env.BUCKET,
      accessKeyId: file("access-key-id"),
      secretAccessKey: file("secret-access-key"),
    };
    return await work(store, env.PREFIX);
  } finally {
    tunnel.kill();
  }
}
