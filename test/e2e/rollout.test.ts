import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "./http.ts";
import { servingPods } from "./kubernetes.ts";
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

test("a new version is rolled out without one failed request", async () => {
  const load = await daily(client, { workers: 4, pause: 50, atMost: { requests: 12_000, seconds: 300 } });
  const { report } = await under(load, () => stack.up("a new version under requests", { "slipway:image": { reference: stack.images.next } }));
  stack.note("rollout", describe(report).split("\n")[0]!);

  expect(report.failures, describe(report)).toEqual([]);
  expect(report.requests).toBeGreaterThan(200);
  const digest = stack.images.next.split("@")[1]!;
  const pods = await servingPods(stack.namespace, settings.service);
  expect(pods.map((pod) => pod.status.containerStatuses[0].imageID.split("@")[1])).toEqual(pods.map(() => digest));
});
