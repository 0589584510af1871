import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "./http.ts";
import { eventually, get } from "./kubernetes.ts";
import { daily } from "./links.ts";
import { describe, under } from "./load.ts";
import { settings } from "./settings.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
let client: Client;
beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client();
});
afterAll(() => client?.close());

test("under load there are more replicas, and they take part", async () => {
  const load = await daily(client, { workers: 12, pause: 5, atMost: { requests: 60_000, seconds: 150 } });
  const minimum = (await scaler()).spec.minReplicas;
  const started = performance.now();
  const { report } = await under(load, async () => {
    await eventually("the autoscaler wants more replicas", 120, async () => (await scaler()).status.desiredReplicas > minimum);
    await eventually("they are ready", 60, async () => (await get(stack.namespace, "deployment", settings.service)).status.readyReplicas > minimum);
  });
  const told = `more than ${minimum} replicas ready after ${((performance.now() - started) / 1000).toFixed(0)} s at ${report.requestsPerSecond} requests/s`;
  stack.note("autoscaling", `${told}; ${describe(report).split("\n")[0]}`);
  expect(report.failures, describe(report)).toEqual([]);
});

test("an update leaves the autoscaler's number alone", async () => {
  const before = (await get(stack.namespace, "deployment", settings.service)).spec.replicas;
  const run = await stack.update("while scaled up", ["--expect-no-changes"]);
  expect(run.code, run.text).toBe(0);
  expect((await get(stack.namespace, "deployment", settings.service)).spec.replicas).toBeGreaterThanOrEqual(before);
});

const scaler = () => get(stack.namespace, "horizontalpodautoscaler", settings.service);
