import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "./http.ts";
import { eventually, get } from "./kubernetes.ts";
import { daily } from "./links.ts";
import { describe, under } from "./load.ts";
import { secondsSince } from "./notes.ts";
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
  const { spec, status } = await scaler();
  // The subjects before may have kept the replicas busy, and the autoscaler takes none away for five minutes.
  const before = status.desiredReplicas;
  if (before === spec.maxReplicas) await stack.up("room for one more replica", { "slipway:web": { replicas: { max: before + 1 } } });
  const started = performance.now();
  const { report } = await under(load, async () => {
    await eventually("the autoscaler wants more replicas", 120, async () => (await scaler()).status.desiredReplicas > before);
    await eventually("they are ready", 60, async () => (await get(stack.namespace, "deployment", settings.service)).status.readyReplicas > before);
  });
  const told = `more than ${before} replicas ready after ${secondsSince(started)} at ${report.requestsPerSecond} requests/s`;
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
