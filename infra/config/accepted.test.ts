import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { planStack } from "../plan/plan.ts";
import { loadStackConfig } from "./load.ts";
import type { ConfigError } from "./messages.ts";

type Tree = Record<string, unknown>;

const values = ["1m", "1.5Mi", "1Gi", "64Ti", "5s", 1, 5, 30, 61, 100, 400, 93.5, true, false, "a_b", "x.y", "a@b.c", "10/1", "a".repeat(40)];

function rawOf(stack: string): Tree {
  const { config } = parse(readFileSync(join(import.meta.dirname, "..", "..", `Pulumi.${stack}.yaml`), "utf8")) as { config: Tree };
  return Object.fromEntries(Object.entries(config).flatMap(([key, value]) => (key.startsWith("slipway:") ? [[key.slice(8), value]] : [])));
}

/** Paths of all values, with the defaults that the file leaves out. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]));
}

function at(tree: Tree, path: readonly string[], value: unknown): void {
  const parent = path.slice(0, -1).reduce<Tree>((object, key) => {
    object[key] ??= {};
    return object[key] as Tree;
  }, tree);
  parent[path.at(-1)!] = value;
}

const unset = ["web.resources.cpuLimit", "postgres.resources.cpuLimit", "postgres.storageClass", "alerts.ruleLabels.more"].map((path) => path.split("."));

/** The stack with a value wherever the config takes it, all at once. What it refuses is taken back until it refuses nothing. */
function filledWith(stack: string, value: unknown): Tree {
  const { secrets: _, ...all } = loadStackConfig(rawOf(stack), { stack, project: "slipway" });
  let paths = [...pathsOf(all), ...unset];
  for (;;) {
    const raw = rawOf(stack);
    for (const path of paths) at(raw, path, value);
    try {
      loadStackConfig(structuredClone(raw), { stack, project: "slipway" });
      return raw;
    } catch (error) {
      const refused = (error as ConfigError).problems.map((problem) => problem.split(": ")[0]!.replace("slipway:", ""));
      const within = (path: string[], key: string) => key === path.join(".") || key.startsWith(`${path.join(".")}[`);
      const kept = paths.filter((path) => !refused.some((key) => within(path, key)));
      // A relation may name a value that was not changed; then all of its section goes back.
      paths = kept.length < paths.length ? kept : paths.filter(([section]) => !refused.some((key) => key.split(/[.[]/)[0] === section));
    }
  }
}

const validLabel = /^([a-z0-9.-]+\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?=([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
const validName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

// A component refuses what it is given in its own words, without the path in the stack file: the config has to be first.
describe.each(["dev", "prod"])("what the config of %s takes, the program takes", (stack) => {
  test.each(values)("%j", async (value) => {
    const config = Object.entries(filledWith(stack, value)).map(([key, item]) => [
      `slipway:${key}`,
      typeof item === "object" ? JSON.stringify(item) : String(item),
    ]);
    const { resources } = await planStack(stack, { config: Object.fromEntries(config), traces: false });
    const objects = resources.flatMap(({ manifest }) => manifest ?? []);
    const labels = objects.flatMap(({ metadata }) => Object.entries(metadata.labels ?? {}).map(([key, text]) => `${key}=${text}`));
    expect(labels.length).toBeGreaterThan(100);
    expect(labels.filter((label) => !validLabel.test(label))).toEqual([]);
    expect(objects.flatMap(({ metadata }) => (validName.test(metadata.name) ? [] : metadata.name))).toEqual([]);
    expect(objects.filter(({ kind, metadata }) => kind === "Service" && metadata.name.length > 63)).toEqual([]);
  });
});
