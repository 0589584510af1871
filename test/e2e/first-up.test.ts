import { expect, test } from "vitest";
import { changes, stackTrace } from "./engine.ts";
import { list, servingPods } from "./kubernetes.ts";
import { settings } from "./settings.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();

test("up from nothing ends when everything is ready, by Pulumi's own waiting", async () => {
  const run = await stack.ensureUp();
  expect(run, "another file has brought the stack up").not.toBe(undefined);
  expect(run!.text).not.toMatch(stackTrace);
  expect(changes(run!.text).created).toBeGreaterThan(40);

  // Nothing is waited for here: what is not ready now, Pulumi did not wait for.
  for (const workload of [settings.service, "postgres", "redis-cache", "redis-state"]) {
    expect(await servingPods(stack.namespace, workload), workload).not.toEqual([]);
  }
  expect(await servingPods(stack.namespace, settings.service)).toHaveLength(2);
});

test("no pod of a workload has been restarted on the way", async () => {
  const pods = await list(stack.namespace, "pods");
  const restarted = pods.flatMap((pod) =>
    (pod.status.containerStatuses ?? []).filter((status: { restartCount: number }) => status.restartCount > 0).map(() => pod.metadata.name),
  );
  expect(restarted).toEqual([]);
});

test("the update warns of nothing", async () => {
  const run = await stack.update("again, for its warnings");
  expect(run.text).not.toMatch(/^\s*warning:/im);
});
