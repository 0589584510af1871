import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { expect, test } from "vitest";
import { synth } from "./synth.ts";

const configMap = (name: string, data: Record<string, pulumi.Input<string>>, opts?: pulumi.CustomResourceOptions) =>
  new k8s.core.v1.ConfigMap(name, { metadata: { namespace: "n" }, data }, opts);

test("what is made deep inside applies is planned too", async () => {
  const nest = (depth: number): void => {
    configMap(`level-${depth}`, {}).id.apply(() => {
      if (depth > 1) nest(depth - 1);
    });
  };
  const resources = await synth(() => nest(20));
  expect(resources.map(({ name }) => name).sort()).toEqual(Array.from({ length: 20 }, (_, index) => `level-${index + 1}`).sort());
});

test("parents, and the options that decide what an update may do, are kept", async () => {
  class Pair extends pulumi.ComponentResource {
    constructor(name: string) {
      super("test:index:Pair", name);
      const first = configMap(`${name}-first`, {}, { parent: this, protect: true, ignoreChanges: ["data"] });
      configMap(`${name}-second`, {}, { parent: this, retainOnDelete: true, dependsOn: first });
      this.registerOutputs({});
    }
  }
  const resources = await synth(() => void new Pair("pair"));
  const [first, second] = ["pair-first", "pair-second"].map((name) => resources.find((resource) => resource.name === name)!);
  expect(first).toMatchObject({ parent: expect.stringMatching(/test:index:Pair::pair$/), options: { protect: true, ignoreChanges: ["data"] } });
  expect(second!.options).toMatchObject({ retainOnDelete: true, dependsOn: [first!.urn] });
});

test("transforms are applied: a resource's own, its component's, then the stack's, without opening a secret", async () => {
  const add =
    (letter: string): pulumi.ResourceTransform =>
    ({ props, opts, type }) =>
      type.endsWith(":ConfigMap")
        ? { props: { ...props, data: { ...props.data, order: `${props.data?.order ?? ""}${letter}` } }, opts: { ...opts, protect: true } }
        : undefined;
  class Holder extends pulumi.ComponentResource {
    constructor(name: string) {
      super("test:index:Holder", name, {}, { transforms: [add("b")] });
      configMap("inner", { token: pulumi.secret("hunter2"), plain: "p" }, { parent: this, transforms: [add("a")] });
      this.registerOutputs({});
    }
  }
  const resources = await synth(() => {
    pulumi.runtime.registerResourceTransform(add("c"));
    new Holder("holder");
    configMap("outer", {});
  });
  const [inner, outer] = ["inner", "outer"].map((name) => resources.find((resource) => resource.name === name)!);
  expect(inner!.manifest!.data).toEqual({ order: "abc", plain: "p", token: "[secret]" });
  expect(inner!.options.protect).toBe(true);
  expect(outer!.manifest!.data).toEqual({ order: "c" });
});

test("what Pulumi would name itself has the same valid name each time", async () => {
  const once = async () => (await synth(() => void configMap("settings", {})))[0]!.manifest!.metadata.name;
  expect(await once()).toMatch(/^settings-[0-9a-f]{8}$/);
  expect(await once()).toBe(await once());
});

test("a generated password, and what is made of it, shows nowhere", async () => {
  const resources = await synth(() => {
    const { result } = new random.RandomPassword("password", { length: 24 });
    const address = pulumi.interpolate`postgres://app:${result}@db`;
    new k8s.core.v1.Secret("secret", { metadata: { namespace: "n" }, stringData: { password: result, address } });
  });
  expect(resources.find(({ name }) => name === "secret")!.manifest!.stringData).toEqual({ password: "[secret]", address: "[secret]" });
  expect(resources.flatMap(({ exposed }) => exposed)).toEqual([]);
});

test("a secret that the program lets slip into the open is named, and hidden all the same", async () => {
  const resources = await synth(() => {
    const { result } = new random.RandomPassword("password", { length: 24 });
    configMap("open", { address: pulumi.unsecret(result).apply((password) => `app:${password}`) });
  });
  const open = resources.find(({ name }) => name === "open")!;
  expect(open.exposed).toEqual(["data.address"]);
  expect(JSON.stringify(resources)).toContain("app:[secret]");
});

test.each([
  ["while it runs", () => Promise.reject(new Error("the mistake"))],
  ["inside an apply", () => void configMap("one", {}).id.apply(() => Promise.reject(new Error("the mistake")))],
])("an error %s reaches the caller", async (_, program) => {
  await expect(synth(program)).rejects.toThrow("the mistake");
});

test("config and its secret keys are this run's only", async () => {
  const seen: (string | undefined)[] = [];
  const read = () => void seen.push(new pulumi.Config("p").get("key"));
  await synth(read, { config: { "p:key": "value" } });
  await synth(read);
  expect(seen).toEqual(["value", undefined]);
});
