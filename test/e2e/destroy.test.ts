import { beforeAll, expect, test } from "vitest";
import { outcomeOf } from "./command.ts";
import { eventually, kubectl } from "./kubernetes.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
beforeAll(async () => void (await stack.ensureUp()));

test("destroy leaves an empty cluster", async () => {
  const run = await stack.engine.on("destroy", ["--yes", "--skip-preview"]);
  stack.note("destroy", `${run.seconds.toFixed(1)} s`);
  expect(run.code, run.text).toBe(0);

  const namespace = await outcomeOf(["kubectl", "get", "namespace", stack.namespace]);
  expect(namespace.stderr).toMatch(/not found/);
  // A volume is taken down by its provisioner a moment after its claim.
  await eventually("nothing without a namespace still speaks of it", 60, async () => {
    expect(await mentioning(stack.namespace)).toEqual([]);
    return true;
  });
});

test("nothing is left in the state", async () => {
  const run = await stack.engine.run(["stack", "export", "--stack", "e2e"]);
  expect(JSON.parse(run.stdout).deployment.resources ?? []).toEqual([]);
});

/** Objects outside any namespace, of every kind the cluster has, whose text names the stack's namespace: volumes, roles, web hooks. */
async function mentioning(namespace: string): Promise<string[]> {
  const kinds = (await kubectl(["api-resources", "--namespaced=false", "--verbs=list", "--output=name"])).trim().split("\n");
  const objects = JSON.parse(await kubectl(["get", kinds.join(","), "--output=json", "--ignore-not-found"])).items;
  return objects
    .filter((object: object) => new RegExp(`"${namespace}[":/]`).test(JSON.stringify(object)))
    .map(({ kind, metadata }: { kind: string; metadata: { name: string } }) => `${kind} ${metadata.name}`);
}
