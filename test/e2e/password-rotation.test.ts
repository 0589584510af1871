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

/** The readiness probe's period: the time after which Kubernetes itself would know of an outage. */
const probePeriod = 5;

test("the database's password changes while the service reads and writes", async () => {
  const before = await loginOf();
  const load = await daily(client, { workers: 4, pause: 50, atMost: { requests: 12_000, seconds: 300 } });
  const { report } = await under(load, () => stack.up("another password under requests", { "slipway:postgres": { passwordVersion: 2 } }));
  stack.note("password rotation", describe(report).split("\n")[0]!);

  expect(report.longestOutage, describe(report)).toBeLessThanOrEqual(probePeriod);
  expect(report.failures.length, describe(report)).toBeLessThanOrEqual(report.requests / 1000);
  const after = await loginOf();
  expect([before, after]).toEqual([["links_app_a"], ["links_app_b"]]);
});

/** Logins that the serving pods use. */
async function loginOf(): Promise<string[]> {
  const pods = await servingPods(stack.namespace, settings.service);
  const names = pods.map((pod) => pod.spec.containers[0].env.find(({ name }: { name: string }) => name === "POSTGRES_USERNAME").value as string);
  return [...new Set(names)];
}
