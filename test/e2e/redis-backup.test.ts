import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { changes, Engine } from "./engine.ts";
import { eventually, get, isReady, kubectl, list } from "./kubernetes.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const namespace = process.env.SLIPWAY_E2E_REDIS_NAMESPACE ?? `${stack.namespace}-redis`;
const program = join(import.meta.dirname, "redis-backup");
const engine = new Engine(mkdtempSync(join(tmpdir(), "redis-backup-")));
const config = join(engine.folder, "config.yaml");
const pulumi = (...args: string[]) => engine.run([args[0]!, "--stack", "redis", "--config-file", config, ...args.slice(1)], {}, program);
const up = async (promoteReplica: boolean) => {
  const values = { namespace, images: stack.cluster.images, promoteReplica };
  writeFileSync(config, stringify({ config: Object.fromEntries(Object.entries(values).map(([key, value]) => [`redis-backup:${key}`, value])) }));
  const run = await pulumi("up", "--yes", "--skip-preview");
  if (run.code !== 0) throw new Error(run.text.slice(-6000));
  return run;
};

const keys = 5000;
/** As the application, from beside a server; commands go by standard input, one a line. */
async function asApp(pod: string, ...commands: string[]): Promise<string[]> {
  const secret = (await list(namespace, "secrets")).find(({ metadata }) => metadata.name.startsWith("redis-state-app"));
  const password = Buffer.from(secret.data.password, "base64").toString();
  const input = new TextEncoder().encode([`AUTH app ${password}`, ...commands, ""].join("\n"));
  const answer = await kubectl(["--namespace", namespace, "exec", "--stdin", pod, "--container", "redis", "--", "redis-cli"], { input, patience: 60 });
  return answer.trim().split("\n").slice(1);
}
const fill = `EVAL "for i=1,${keys} do redis.call('SET', 'key:'..i, string.rep('x', 1000)..i) end" 0`;
const count = async (pod: string) => Number((await asApp(pod, "DBSIZE"))[0]);
const serving = (pod: string, seconds = 120) => eventually(`${pod} is ready`, seconds, async () => isReady(await get(namespace, "pod", pod)));
const follower = (pod: string, expected: number) => eventually(`${pod} has every key`, 60, async () => (await count(pod)) === expected);

/** Loses a server's volume, as with its node: the claim, what is on it, and the pod. */
async function loseVolume(...pods: string[]): Promise<void> {
  await kubectl(["--namespace", namespace, "delete", "pvc", ...pods.map((pod) => `data-${pod}`), "--wait=false"]);
  await kubectl(["--namespace", namespace, "delete", "pod", ...pods, "--grace-period=0", "--force"]);
}

async function job(name: string, from: string): Promise<{ type: string; log: string; seconds: number }> {
  const started = performance.now();
  await kubectl(["--namespace", namespace, "create", "job", name, `--from=cronjob/${from}`]);
  const { type } = await eventually(`job ${name} has ended`, 300, async () =>
    ((await get(namespace, "job", name)).status.conditions ?? []).find(({ type }: { type: string }) => type === "Complete" || type === "Failed"),
  );
  const log = await kubectl(["--namespace", namespace, "logs", `job/${name}`, "--all-containers", "--prefix"]);
  return { type, log, seconds: (performance.now() - started) / 1000 };
}

beforeAll(async () => {
  mkdirSync(join(engine.folder, "state"));
  // A project of the same name in the test's own folder: there the engine writes the stack's salt.
  writeFileSync(join(engine.folder, "Pulumi.yaml"), stringify({ name: "redis-backup", runtime: "nodejs" }));
  const init = await engine.run(["stack", "init", "redis", "--no-select"], {}, engine.folder);
  if (init.code !== 0) throw new Error(init.text);
  await up(false);
  await asApp("redis-state-0", fill, "SET short x EX 86400");
});

afterAll(async () => {
  const down = await pulumi("destroy", "--yes", "--skip-preview");
  await kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s"], { patience: 130 });
  expect(down.code, down.text).toBe(0);
  rmSync(engine.folder, { recursive: true });
});

test("a second update changes nothing", async () => {
  expect(changes((await up(false)).text)).toEqual({ unchanged: expect.any(Number) });
});

test("a backup is stored, fetched back and loaded", async () => {
  const { type, log, seconds } = await job("backup-by-hand", "redis-state-backup");
  expect(type, log).toBe("Complete");
  expect(log).toMatch(new RegExp(`is stored, and was loaded: \\d+ bytes, ${keys + 1} keys`));
  stack.note("redis: backup of 5,000 keys", `${seconds.toFixed(0)} s for the job`);
});

test("a leader that lost its volume does not start and empty its follower; the promoted follower has every key", async () => {
  await follower("redis-state-replica-0", keys + 1);
  await loseVolume("redis-state-0");
  await eventually("the guard refuses", 120, async () => {
    const log = await kubectl(["--namespace", namespace, "logs", "redis-state-0", "--container", "guard"]);
    return log.includes("the volume is empty, and redis-state-replica-peer holds data") && log.includes("Set promoteReplica to true");
  });
  const started = performance.now();
  await up(true);
  await serving("redis-state-replica-0");
  expect(await count("redis-state-replica-0")).toBe(keys + 1);
  stack.note("redis: replica promoted", `${((performance.now() - started) / 1000).toFixed(0)} s for the update`);
  await follower("redis-state-0", keys + 1);
  expect((await get(namespace, "service", "redis-state")).spec.selector["app.kubernetes.io/instance"]).toBe("redis-state-replica");
});

test("both volumes lost: a restore by hand brings every key, and keeps what was written since", async () => {
  await loseVolume("redis-state-0", "redis-state-replica-0");
  await serving("redis-state-replica-0", 180);
  expect(await count("redis-state-replica-0")).toBe(0);
  await asApp("redis-state-replica-0", "SET key:1 newer");
  const { type, log, seconds } = await job("restore-by-hand", "redis-state-restore");
  expect(type, log).toBe("Complete");
  expect(log).toMatch(new RegExp(`brought ${keys} keys of .* to redis-state; 1 were there and stay as they are, 0 had run out by now`));
  stack.note("redis: restore of 5,000 keys", `${seconds.toFixed(0)} s for the job`);
  expect(await asApp("redis-state-replica-0", "DBSIZE", "GET key:1", "STRLEN key:5000", "TTL short")).toEqual([
    `${keys + 1}`,
    "newer",
    "1004",
    expect.stringMatching(/^8[56]\d{3}$/),
  ]);
});

test("a store that is away fails the job with the reason, and leaves nothing that counts", async () => {
  await kubectl(["--namespace", namespace, "scale", "statefulset/backups-store", "--replicas=0"]);
  await kubectl(["--namespace", namespace, "wait", "pod/backups-store-0", "--for=delete", "--timeout=60s"]);
  await kubectl(["--namespace", namespace, "create", "job", "backup-without-store", "--from=cronjob/redis-state-backup"]);
  await eventually("the first attempt says why", 480, async () => {
    const log = await kubectl([
      "--namespace",
      namespace,
      "logs",
      "--selector=batch.kubernetes.io/job-name=backup-without-store",
      "--all-containers",
      "--tail=20",
    ]);
    return /backup failed: can't put .*\/redis-state\/data\/.*look whether the store is up/.test(log);
  });
  await kubectl(["--namespace", namespace, "delete", "job", "backup-without-store", "--wait=false"]);
  await kubectl(["--namespace", namespace, "scale", "statefulset/backups-store", "--replicas=1"]);
});
