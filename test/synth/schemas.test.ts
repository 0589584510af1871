import { describe, expect, test } from "vitest";
import { type KubernetesObject, objectsOf, stacks, titleOf } from "./objects.ts";

/** Where the schema of an API group is: Kubernetes' own, or that of the operator that defines it. */
const packages: [group: RegExp, name: string][] = [
  [/^cert-manager\.io\//, "@kubernetes-models/cert-manager"],
  [/^monitoring\.coreos\.com\//, "@kubernetes-models/prometheus-operator"],
  [/^traefik\.io\//, "@kubernetes-models/traefik"],
  [/./, "kubernetes-models"],
];

type Model = new (object: KubernetesObject) => { validate(): void };

async function problemOf(object: KubernetesObject): Promise<string | undefined> {
  const [, name] = packages.find(([group]) => group.test(object.apiVersion))!;
  const models: Record<string, Model> = await import(`${name}/${object.apiVersion}`);
  const model = models[object.kind];
  if (!model) return `${titleOf(object)}: ${name} knows no ${object.kind} of ${object.apiVersion}`;
  try {
    new model(object).validate();
  } catch (error) {
    return `${titleOf(object)}: ${(error as Error).message}`;
  }
}

// Types and ranges. That no unknown field is among them is seen by the API server's strict dry run in the end-to-end suite.
describe.each(stacks)("stack %s", (stack) => {
  test("every object is valid by the schema of its kind", async () => {
    const objects = await objectsOf(stack);
    expect((await Promise.all(objects.map(problemOf))).filter(Boolean)).toEqual([]);
    expect(objects.length).toBeGreaterThan(80);
  });
});

test("a wrong type is found", async () => {
  const [service] = (await objectsOf("dev")).filter(({ kind }) => kind === "Service");
  const broken = structuredClone(service!);
  broken.spec.ports[0].port = "eighty";
  expect(await problemOf(broken)).toMatch(/spec\/ports\/0\/port must be integer/);
});
