import { eventually, get, isReady, kubectl, list } from "../../kubernetes.ts";
import type { Stack } from "../../stack.ts";
import type { Fault } from "../fault.ts";
import { inPod, scaled } from "../in-pod.ts";

export const redisGone: Fault = {
  name: "both Redises scaled to 0",
  alerts: [
    "RedisDown warning cache",
    "RedisDown warning state",
    "AppDependencyDown warning",
    "AppCircuitBreakerOpen warning",
    "AppRateLimiterStoreDown warning",
  ],
  async start(stack) {
    const back = await Promise.all(["redis-cache", "redis-state"].map((name) => scaled(stack, `statefulset/${name}`, 0)));
    return async () => void (await Promise.all(back.map((mend) => mend())));
  },
};

const pod = "redis-state-0";

export const stateEvicts: Fault = {
  name: "state with an eviction policy set by hand, filled to its maximum",
  alerts: ["RedisMemoryHigh warning state", "RedisEvictingStateKeys warning state"],
  async start(stack) {
    const mend = await reconfigured(stack, "maxmemory-policy allkeys-lru");
    await fill(stack, 40);
    return mend;
  },
};

/** A log that is shortened early, so that a rewrite begins with the next megabyte. */
const earlyRewrite = "auto-aof-rewrite-percentage 1\nauto-aof-rewrite-min-size 1mb";

export const logCantBeWritten: Fault = {
  name: "the next file of state's log is a full disk (/dev/full)",
  alerts: ["RedisAofWriteFailing warning state"],
  async start(stack) {
    const mend = await reconfigured(stack, earlyRewrite);
    await inPod(stack, pod, ["sh", "-c", "for n in 2 3 4 5; do ln -s /dev/full /data/appendonlydir/appendonly.aof.$n.incr.aof; done"]);
    // It refuses writes from the moment on that it can't log them.
    await fill(stack, 4).catch(() => {});
    return mend;
  },
};

export const logCantBeShortened: Fault = {
  name: "the folder of state's log is read-only",
  alerts: ["RedisAofRewriteFailing warning state"],
  async start(stack) {
    const mend = await reconfigured(stack, earlyRewrite);
    await inPod(stack, pod, ["chmod", "555", "/data/appendonlydir"]);
    await fill(stack, 4);
    return mend;
  },
};

/** Restarts state, empty, with lines that somebody wrote into its config by hand; gives what restarts it, empty, with its own. */
async function reconfigured(stack: Stack, byHand: string): Promise<() => Promise<void>> {
  const maps = await list(stack.namespace, "configmaps");
  const { metadata, data } = maps.find((map) => map.metadata.name.startsWith("redis-state-config"));
  const [[key, own]] = Object.entries<string>(data) as [[string, string]];
  const write = async (text: string) => {
    await kubectl(["--namespace", stack.namespace, "patch", "configmap", metadata.name, `--patch=${JSON.stringify({ data: { [key]: text } })}`]);
    await restartEmpty(stack);
  };
  await write(`${own}${byHand}\n`);
  return () => write(own);
}

async function restartEmpty(stack: Stack): Promise<void> {
  await inPod(stack, pod, ["sh", "-c", "chmod 755 /data/appendonlydir; rm -r /data/appendonlydir"]);
  const { uid } = (await get(stack.namespace, "pod", pod)).metadata;
  await kubectl(["--namespace", stack.namespace, "delete", "pod", pod, "--grace-period=0", "--force"]);
  await eventually(`${pod} is back`, 60, async () => {
    const now = await get(stack.namespace, "pod", pod);
    return now.metadata.uid !== uid && isReady(now);
  });
}

/** Writes so many keys of a megabyte, as the service's own user. The password goes by the input: nobody sees it in a list of processes. */
async function fill(stack: Stack, megabytes: number): Promise<void> {
  const secrets = await list(stack.namespace, "secrets");
  const secret = secrets.find(({ metadata }) => metadata.name.startsWith("redis-state-app"));
  const password = Buffer.from(secret.data.password, "base64").toString("utf8");
  // One at a time: what a script writes waits in memory for the log until it ends.
  const write = `redis-cli --user app --no-auth-warning EVAL 'return redis.call("SET", KEYS[1], string.rep("x", 1000000))' 1 fault:$n`;
  const script = `export REDISCLI_AUTH='${password}'\nfor n in $(seq ${megabytes}); do ${write} >/dev/null || exit 1; done\n`;
  await inPod(stack, pod, ["sh", "-s"], { input: script });
}
