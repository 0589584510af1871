import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { beforeAll, expect, test } from "vitest";
import * as library from "./index.ts";

const require = createRequire(import.meta.url);
/** Pulumi's own host of component packages: what it can't describe, no other language can use. */
const { ComponentProvider, getPulumiComponents } = require("@pulumi/pulumi/provider/experimental/provider.js");

interface Property {
  description?: string;
  $ref?: string;
}
interface Schema {
  resources: Record<string, { description?: string; inputProperties: Record<string, Property>; properties: Record<string, Property> }>;
  types: Record<string, { description?: string; properties?: Record<string, Property>; enum?: { name: string }[] }>;
}

const components: { name: string }[] = getPulumiComponents(library);
let schema: Schema;

beforeAll(async () => {
  schema = JSON.parse(await new ComponentProvider({ name: "slipway", dirname: import.meta.dirname, components }).getSchema());
});

test("every component can be used from every Pulumi language", () => {
  expect(Object.keys(schema.resources).sort()).toEqual(components.map(({ name }) => `slipway:index:${name}`).sort());
});

test("every component and every argument says what it is for", () => {
  const silent = Object.entries(schema.resources).flatMap(([token, { description, inputProperties, properties }]) => [
    ...(description ? [] : [token]),
    ...undescribed(token, inputProperties),
    ...undescribed(token, properties),
  ]);
  const silentTypes = Object.entries(schema.types).flatMap(([token, { properties }]) => undescribed(token, properties ?? {}));
  expect([...silent, ...silentTypes]).toEqual([]);
});

test("no argument is of any type: the analyzer falls back to it in silence", () => {
  const any = Object.entries(schema.resources).flatMap(([token, { inputProperties }]) =>
    Object.entries(inputProperties)
      .filter(([, property]) => property.$ref === "pulumi.json#/Any")
      .map(([name]) => `${token}.${name}`),
  );
  expect(any).toEqual([]);
});

// A change here is a change for everybody who uses the library: `npx vitest run infra/components/schema.test.ts --update` accepts it.
test("the schema is the one that was reviewed", async () => {
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot("slipway.schema.json");
});

test("the folder starts as a plugin, as it stands in git", async () => {
  const host = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/run-plugin"), import.meta.dirname], { cwd: tmpdir() });
  const first = new Promise<string>((resolve) => {
    for (const stream of [host.stdout, host.stderr]) stream.once("data", (chunk) => resolve(String(chunk)));
  });
  // A provider's first words are the port on which it answers.
  expect((await first).trim()).toMatch(/^\d+$/);
  host.kill();
});

function undescribed(token: string, properties: Record<string, Property>): string[] {
  return Object.entries(properties)
    .filter(([, { description }]) => !description)
    .map(([name]) => `${token}.${name}`);
}
