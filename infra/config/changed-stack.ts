import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { loadStackConfig } from "./load.ts";
import { ConfigError } from "./messages.ts";

// For tests: the repository's stacks with a change.

export type Raw = Record<string, unknown>;

/** What a stack file of the repository sets, without the project's prefix. */
export function rawOf(stack: string): Raw {
  const { config } = parse(readFileSync(join(import.meta.dirname, "..", "..", `Pulumi.${stack}.yaml`), "utf8")) as { config: Raw };
  return Object.fromEntries(Object.entries(config).flatMap(([key, value]) => (key.startsWith("slipway:") ? [[key.slice("slipway:".length), value]] : [])));
}

/** A stack's values with some changed; a path such as `web.replicas.max` names one, `undefined` takes it away. */
function changed(stack: string, changes: Raw): Raw {
  const raw = structuredClone(rawOf(stack));
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".");
    const last = keys.pop()!;
    const at = keys.reduce<Raw>((object, key) => {
      object[key] ??= {};
      return object[key] as Raw;
    }, raw);
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return raw;
}

export const load = (stack: string, changes: Raw = {}, secretKeys: string[] = []) =>
  loadStackConfig(changed(stack, changes), { stack, project: "slipway", isSecret: (key) => secretKeys.includes(key) });

export function problemsOf(stack: string, changes: Raw, secretKeys: string[] = []): readonly string[] {
  try {
    load(stack, changes, secretKeys);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
