import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadStackConfig } from "./load.ts";
import { ConfigError } from "./messages.ts";

type Tree = Record<string, unknown>;

const stacks = ["dev", "prod"].map((stack) => {
  const { config } = parse(readFileSync(join(import.meta.dirname, "..", "..", `Pulumi.${stack}.yaml`), "utf8")) as { config: Tree };
  return Object.fromEntries(Object.entries(config).flatMap(([key, value]) => (key.startsWith("slipway:") ? [[key.slice(8), value]] : [])));
});

/** Paths of all values, inner ones too. */
function pathsOf(tree: unknown, path: string[] = []): string[][] {
  if (tree === null || typeof tree !== "object") return [path];
  const inner = Object.entries(tree).flatMap(([key, value]) => pathsOf(value, [...path, key]));
  return path.length > 0 ? [path, ...inner] : inner;
}

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    " ",
    -1,
    0,
    1e308,
    Number.MAX_SAFE_INTEGER,
    0.5,
    true,
    [],
    {},
    [[]],
    "latest",
    "０",
    "🦆",
    "../..",
    "-5Gi",
    "1e9Gi",
    "__proto__",
    "{{x}}",
    "a".repeat(5000),
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.double({ noNaN: true }),
  fc.jsonValue({ maxDepth: 3 }),
);

const mutation = fc.record({
  stack: fc.constantFrom(...stacks),
  kind: fc.constantFrom("replace", "delete", "add", "swap"),
  where: fc.nat(),
  other: fc.nat(),
  key: fc.oneof(fc.constantFrom("constructor", "toString", "__proto__", "hasOwnProperty", "replicsa"), fc.string({ unit: "binary", maxLength: 12 })),
  value: strange,
});

function mutate(tree: Tree, { kind, where, other, key, value }: { kind: string; where: number; other: number; key: string; value: unknown }): Tree {
  const mutated = structuredClone(tree);
  const paths = pathsOf(mutated);
  const [path, second] = [paths[where % paths.length]!, paths[other % paths.length]!];
  const parent = (at: string[]) => at.slice(0, -1).reduce<Tree>((object, step) => object[step] as Tree, mutated);
  const target = parent(path);
  const last = path.at(-1)!;
  if (kind === "delete") delete target[last];
  else if (kind === "swap") target[last] = structuredClone(second.reduce<unknown>((object, step) => (object as Tree)[step], tree));
  else if (kind === "add") Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[last] = value;
  return mutated;
}

test("whatever is written into a stack file, it is read or refused with paths and mends, never with a stack trace", () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), ([first, ...more]) => {
      const raw = [first!, ...more].reduce((tree, change) => mutate(tree, change), first!.stack as Tree);
      try {
        loadStackConfig(raw, { stack: "fuzz", project: "slipway", isSecret: () => false });
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        const { problems, message } = error as ConfigError;
        expect(problems.length).toBeGreaterThan(0);
        for (const problem of problems) expect(problem).toMatch(/^slipway(:[\s\S]*)?: [\s\S]+[;,:] ?[\s\S]+[.?]$/);
        expect(message).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
        refused++;
      }
    }),
    { numRuns: 1000 },
  );
  expect(refused).toBeGreaterThan(200);
});
