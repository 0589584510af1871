import { beforeAll, expect, test } from "vitest";
import { changes, type EngineRun, stackTrace } from "./engine.ts";
import { eventually, list, servingPods } from "./kubernetes.ts";
import { settings } from "./settings.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
let run: EngineRun | undefined;
beforeAll(async () => {
  run = await stack.ensureUp();
  expect(run, "another file has brought the stack up before").not.toBe(undefined);
});

test("up from nothing ends when everything is ready, by Pulumi's own waiting", async () => {
  // Nothing is waited for here: what is not ready now, Pulumi did not wait for.
  for (const workload of ["postgres", "redis-cache", "redis-state"]) {
    expect(await servingPods(stack.namespace, workload), workload).toHaveLength(1);
  }
  expect(await servingPods(stack.namespace, settings.service)).not.toEqual([]);
});

test("the autoscaler brings the app to its fewest replicas", async () => {
  await eventually("two replicas serve", 60, async () => (await servingPods(stack.namespace, settings.service)).length === 2);
});

test("it makes the whole stack, and says nothing that worries", () => {
  expect(changes(run!.text).created).toBeGreaterThan(40);
  expect(run!.text).not.toMatch(stackTrace);
  expect(run!.text).not.toMatch(/\bwarning:/i);
});

test("no container has been restarted on the way", async () => {
  const pods = await list(stack.namespace, "pods");
  const counts = pods.flatMap((pod) =>
    (pod.status.containerStatuses ?? []).map(({ name, restartCount }: { name: string; restartCount: number }) => [
      `${pod.metadata.name} ${name}`,
      restartCount,
    ]),
  );
  expect(counts.length).toBeGreaterThan(5);
  expect(counts.filter(([, restarts]) => restarts > 0)).toEqual([]);
});
