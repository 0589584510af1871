import { afterAll, beforeAll, expect, test } from "vitest";
import { changes } from "../engine.ts";
import { goodEndOf, runJob, startJob } from "../jobs.ts";
import { eventually, get, isReady, kubectl, list } from "../kubernetes.ts";
import { secondsSince } from "../notes.ts";
import { thisStack } from "../this-stack.ts";
import { OwnStack } from "./own-stack.ts";

const stack = thisStack();
const namespace = process.env.SLIPWAY_E2E_REDIS_NAMESPACE ?? `${stack.namespace}-redis`;
const own = new OwnStack("redis-backup", namespace);
const values = (promoteReplica: boolean) => ({ images: stack.cluster.images, promoteReplica });

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

beforeAll(async () => {
  await own.create(values(false));
  await asApp("redis-state-0", fill, "SET short x EX 86400");
});

afterAll(() => own.remove());

test("a second update changes nothing", async () => {
  expect(changes((await own.up(values(false))).text)).toEqual({ unchanged: expect.any(Number) });
});

test("a backup is stored, fetched back and loaded", async () => {
  const { log, seconds } = await runJob(namespace, "backup-by-hand", "redis-state-backup");
  expect(log).toMatch(new RegExp(`is stored, and was loaded: \\d+ bytes, ${keys + 1} keys`));
  stack.note("redis: backup of 5,000 keys", `${seconds} s for the job`);
});

test("a leader that lost its volume does not start and empty its follower; the promoted follower has every key", async () => {
  await follower("redis-state-replica-0", keys + 1);
  await loseVolume("redis-state-0");
  await eventually("the guard refuses", 120, async () => {
    const log = await kubectl(["--namespace", namespace, "logs", "redis-state-0", "--container", "guard"]);
    return log.includes("the volume is empty, and redis-state-replica-peer holds data") && log.includes("Set promoteReplica to true");
  });
  const started = performance.now();
  await own.up(values(true));
  await serving("redis-state-replica-0");
  expect(await count("redis-state-replica-0")).toBe(keys + 1);
  stack.note("redis: replica promoted", `${secondsSince(started)} for the update`);
  await follower("redis-state-0", keys + 1);
  expect((await get(namespace, "service", "redis-state")).spec.selector["app.kubernetes.io/instance"]).toBe("redis-state-replica");
});

test("both volumes lost: a restore by hand brings every key, and keeps what was written since", async () => {
  await loseVolume("redis-state-0", "redis-state-replica-0");
  await serving("redis-state-replica-0", 180);
  expect(await count("redis-state-replica-0")).toBe(0);
  await asApp("redis-state-replica-0", "SET key:1 newer");
  const { log, seconds } = await runJob(namespace, "restore-by-hand", "redis-state-restore");
  expect(log).toMatch(new RegExp(`brought ${keys} keys of .* to redis-state; 1 were there and stay as they are, 0 had run out by now`));
  stack.note("redis: restore of 5,000 keys", `${seconds} s for the job`);
  expect(await asApp("redis-state-replica-0", "DBSIZE", "GET key:1", "STRLEN key:5000", "TTL short")).toEqual([
    `${keys + 1}`,
    "newer",
    "1004",
    expect.stringMatching(/^8[56]\d{3}$/),
  ]);
});

test("a store that is away for a while costs no backup", async () => {
  await kubectl(["--namespace", namespace, "scale", "statefulset/backups-store", "--replicas=0"]);
  await kubectl(["--namespace", namespace, "wait", "pod/backups-store-0", "--for=delete", "--timeout=60s"]);
  await startJob(namespace, "backup-without-store", "redis-state-backup");
  const pods = "--selector=batch.kubernetes.io/job-name=backup-without-store";
  await eventually("the backup runs", 60, async () => {
    const [pod] = await list(namespace, "pods", pods);
    return pod?.status.phase === "Running";
  });
  await kubectl(["--namespace", namespace, "scale", "statefulset/backups-store", "--replicas=1"]);
  await goodEndOf(namespace, "backup-without-store");
  expect(await list(namespace, "pods", pods)).toHaveLength(1);
});
