import { afterAll, beforeAll, expect, test } from "vitest";
import { output } from "./command.ts";
import type { Client } from "./http.ts";
import { eventually, get, isReady, kubectl } from "./kubernetes.ts";
import { daily } from "./links.ts";
import { describe, seconds, under } from "./load.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const servers = ["redis-cache-0", "redis-state-0"];
let client: Client;
beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client();
});
afterAll(() => client?.close());

const gentle = { workers: 4, pause: 50, atMost: { requests: 6_000, seconds: 120 } };
const ready = () => Promise.all(servers.map((name) => get(stack.namespace, "pod", name))).then((pods) => pods.every(isReady));

test("both Redis servers are killed: the service stays up, and takes them back", async () => {
  const load = await daily(client, gentle);
  const { report } = await under(load, async () => {
    await kubectl(["--namespace", stack.namespace, "delete", "pod", ...servers, "--grace-period=0", "--force"]);
    await eventually("both servers are back", 90, ready);
    await seconds(5)();
  });
  stack.note("Redis killed", describe(report).split("\n")[0]!);
  expect(report.failures, describe(report)).toEqual([]);
  expect(report.p99).toBeLessThan(1000);
});

test("both Redis servers hang (SIGSTOP): the service stays up, and is not slow", async ({ skip }) => {
  const { processOf } = stack.cluster;
  if (!processOf) return skip("No way to a pod's process from here: set SLIPWAY_E2E_PROCESS_OF, on a cluster whose node is this machine.");
  const pids = await Promise.all(servers.map(async (pod) => Number(await output([...processOf, stack.namespace, pod]))));
  const load = await daily(client, gentle);
  try {
    const { report } = await under(load, async () => {
      for (const pid of pids) process.kill(pid, "SIGSTOP");
      await seconds(20)();
    });
    stack.note("Redis stopped", describe(report).split("\n")[0]!);
    expect(report.failures, describe(report)).toEqual([]);
    // A hanging Redis may cost its time-out once per probe of the breaker, not once per request.
    expect(report.p50).toBeLessThan(100);
    expect(report.p99).toBeLessThan(1000);
  } finally {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  }
  await eventually("both servers are back", 60, ready);
});
