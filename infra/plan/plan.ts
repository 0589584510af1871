import { join } from "node:path";
import type { PlannedResource } from "./resource.ts";
import { readStackFile } from "./stack-file.ts";
import { synth } from "./synth.ts";

export interface Plan {
  stack: string;
  /** Sorted by URN. */
  resources: PlannedResource[];
}

export interface PlanOptions {
  /** Folder of `Pulumi.yaml` and the stack files. Defaults to this repository. */
  folder?: string;
  /** The program. Defaults to the folder's `infra/index.ts`. */
  program?: (options: { askCluster: boolean }) => unknown;
  /** Config that replaces values of the stack file, by full key; `undefined` removes one. */
  config?: Record<string, string | undefined>;
  /** Whether errors carry their stack; see `SynthOptions`. Defaults to true. */
  traces?: boolean;
}

export const repository = join(import.meta.dirname, "..", "..");

/** Every resource of a stack, as its program would hand it to the engine. Throws what `pulumi up` would print as a mistake. */
export async function planStack(stack: string, options: PlanOptions = {}): Promise<Plan> {
  const { folder = repository, traces } = options;
  const file = readStackFile(folder, stack);
  const config = { ...file.config, ...options.config };
  const given = Object.fromEntries(Object.entries(config).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const program = options.program ?? (await import(join(folder, "infra", "index.ts"))).default;
  return { stack, resources: await synth(() => program({ askCluster: false }), { ...file, stack, config: given, traces }) };
}
