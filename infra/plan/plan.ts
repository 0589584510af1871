import { join, relative } from "node:path";
import { repository } from "./project.ts";
import type { PlannedResource } from "./resource.ts";
import { readStackFile } from "./stack-file.ts";
import { synth } from "./synth.ts";

export interface Plan {
  project: string;
  stack: string;
  /** Folder of its project, relative to the repository; empty for the repository itself. */
  folder: string;
  /** Sorted by URN. */
  resources: PlannedResource[];
}

export interface PlanOptions {
  /** Folder of `Pulumi.yaml` and the stack files. Defaults to this repository. */
  folder?: string;
  /** The program. Defaults to the one that `Pulumi.yaml` names. */
  program?: (options: { askCluster: boolean }) => unknown;
  /** Config that replaces values of the stack file, by full key; `undefined` removes one. */
  config?: Record<string, string | undefined>;
  /** Whether errors carry their stack; see `SynthOptions`. Defaults to true. */
  traces?: boolean;
}

/** Every resource of a stack, as its program would hand it to the engine. Throws what `pulumi up` would print as a mistake. */
export async function planStack(stack: string, options: PlanOptions = {}): Promise<Plan> {
  const { folder = repository, traces } = options;
  const file = readStackFile(folder, stack);
  const config = { ...file.config, ...options.config };
  const given = Object.fromEntries(Object.entries(config).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const program = options.program ?? (await import(join(folder, file.main))).default;
  return {
    project: file.project,
    stack,
    folder: relative(repository, folder),
    resources: await synth(() => program({ askCluster: false }), { ...file, stack, config: given, traces }),
  };
}
