/** A Kubernetes object as it would reach the API server, secrets aside. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: objects of any kind are read here, each reader knows its own.
  [field: string]: any;
}

/** How the engine treats a resource. What is not set is left out. */
export interface PlannedOptions {
  /** Whether Pulumi refuses to delete it. */
  protect?: boolean;
  /** Whether it stays in the cluster or cloud when Pulumi drops it. */
  retainOnDelete?: boolean;
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  deleteBeforeReplace?: boolean;
  customTimeouts?: { create?: string; update?: string; delete?: string };
  /** URN of the explicit provider. */
  provider?: string;
  /** URNs of all it waits for: what was named, and what its inputs come from. */
  dependsOn?: string[];
}

export interface PlannedResource {
  /** As the engine would write it into the state. */
  urn: string;
  type: string;
  name: string;
  /** URN of the component or resource it belongs to; none right under the stack. */
  parent?: string;
  /** False for a component, which nothing but Pulumi knows. */
  custom: boolean;
  /** What the program gives. Secrets are `[secret]`, what only an update tells is `[known after up]`. */
  inputs: Record<string, unknown>;
  /** The inputs as a manifest, with a name even where Pulumi would make one up. Only for Kubernetes objects. */
  manifest?: Manifest;
  options: PlannedOptions;
  /** Paths of plain inputs that hold the value of a secret. Empty unless the program lets one slip. */
  exposed: string[];
}

/** The last part of a type token: `Deployment` of `kubernetes:apps/v1:Deployment`. */
export function kindOf({ type }: Pick<PlannedResource, "type">): string {
  return type.startsWith("pulumi:providers:") ? "Provider" : type.split(":").at(-1)!;
}

/** A chart that Helm installs. */
export const releaseType = "kubernetes:helm.sh/v3:Release";

/** `traefik 41.3.0` of a chart, whatever registry it is from. */
export function chartOf({ type, inputs }: Pick<PlannedResource, "type" | "inputs">): string | undefined {
  return type === releaseType ? `${String(inputs.chart).split("/").at(-1)} ${inputs.version}` : undefined;
}
