import { beforeAll, expect, test } from "vitest";
import { outcomeOf } from "./command.ts";
import { get, list } from "./kubernetes.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
beforeAll(async () => void (await stack.ensureUp()));

test("the namespace enforces the restricted standard, and every pod is admitted by its newest version too", async () => {
  const namespace = await get(stack.namespace, "namespace", stack.namespace);
  expect(namespace.metadata.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");

  // The API server judges the running pods when the level changes, and names in a warning those that it would refuse.
  const label = "pod-security.kubernetes.io/enforce-version=latest";
  const judged = await outcomeOf(["kubectl", "label", "namespace", stack.namespace, label, "--overwrite", "--dry-run=server"]);
  expect(judged.code, judged.stderr).toBe(0);
  expect(judged.stderr).not.toMatch(/warning/i);
});

test("no pod was ever refused or carries a token of the API", async () => {
  const events = await list(stack.namespace, "events");
  const refused = events.map(({ message }) => message as string).filter((message) => /PodSecurity|forbidden|exceeded quota/i.test(message));
  expect(refused).toEqual([]);

  const pods = await list(stack.namespace, "pods");
  expect(pods.length).toBeGreaterThan(0);
  const withToken = pods.filter((pod) => JSON.stringify(pod.spec.volumes ?? []).includes("serviceAccountToken"));
  expect(withToken.map((pod) => pod.metadata.name)).toEqual([]);
});
