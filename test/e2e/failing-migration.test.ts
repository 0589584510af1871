import { afterAll, beforeAll, expect, test } from "vitest";
import { stackTrace } from "./engine.ts";
import type { Client } from "./http.ts";
import { list, servingPods } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
import { settings } from "./settings.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
let client: Client;
beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client();
});
afterAll(() => client?.close());

test("a migration that fails stops the update: file and statement are named, the old version serves on", async () => {
  const before = await servingPods(stack.namespace, settings.service);
  const good = before[0].spec.containers[0].image;
  stack.configure({ "slipway:image": { reference: stack.images.brokenMigration } });
  const run = await stack.update("a broken migration");
  expect(run.code).not.toBe(0);
  expect(run.text).not.toMatch(stackTrace);

  const told = await terminationMessage();
  stack.note("broken migration", `termination message: ${told.split("\n")[0]}`);
  const words = /9999_broken\.sql: statement 2 "ALTER TABLE no_such_table/;
  expect(told).toMatch(words);
  expect(run.text, "the user sees it without asking the cluster").toMatch(words);

  const after = await servingPods(stack.namespace, settings.service);
  expect(after.map((pod) => pod.metadata.name).sort()).toEqual(before.map((pod) => pod.metadata.name).sort());
  await slugOf(client);

  await stack.up("good again after a broken migration", { "slipway:image": { reference: good } });
  await slugOf(client);
});

async function terminationMessage(): Promise<string> {
  const pods = await list(stack.namespace, "pods", `--selector=app.kubernetes.io/instance=${settings.service}-migration`);
  const states = pods.flatMap((pod) => (pod.status.containerStatuses ?? []).map((status: { state: object }) => status.state));
  return states.flatMap((state) => state.terminated?.message ?? []).join("\n");
}
