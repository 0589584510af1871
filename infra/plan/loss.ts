import { isDeepStrictEqual } from "node:util";

/** What is gone after an update, or was made anew. */
export interface Loss {
  what: "removed" | "replaced";
  /** Why it is replaced: the field that can't be changed. */
  field?: string;
  /** What it held. */
  holds: string;
}

interface DataKind {
  holds: string;
  /** Fields whose change makes it anew. */
  immutable: string[];
}

const name = ["metadata.name", "metadata.namespace"];

/** Kinds whose loss no later update makes good, by Kubernetes kind or last part of the type token. */
const dataKinds: Record<string, DataKind> = {
  Namespace: { holds: "everything in it", immutable: name },
  StatefulSet: {
    holds: "volumes with data",
    immutable: [...name, "spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"],
  },
  PersistentVolumeClaim: { holds: "a volume with data", immutable: [...name, "spec.storageClassName", "spec.accessModes"] },
  Bucket: { holds: "backups", immutable: ["inputs.bucket", "inputs.region", "inputs.objectLockEnabled"] },
  Key: { holds: "the key without which backups can't be read", immutable: ["inputs.region", "inputs.multiRegion"] },
  RandomPassword: {
    holds: "a password that is in use",
    immutable: ["inputs.keepers", "inputs.length", "inputs.special", "inputs.upper", "inputs.lower", "inputs.numeric", "inputs.overrideSpecial"],
  },
};

// biome-ignore lint/suspicious/noExplicitAny: any file of a plan.
type PlanFile = Record<string, any>;

/** What a kind's objects hold that no later update makes good; nothing for most kinds. */
export const heldBy = (kind: string): string | undefined => dataKinds[kind]?.holds;

/** What an update from one file of a plan to the other would lose; nothing where it holds no data, or is only changed. */
export function lossOf(before: PlanFile | undefined, after: PlanFile | undefined): Loss | undefined {
  if (before === undefined) return undefined;
  const kind = dataKinds[before.kind ?? String(before.type).split(":").at(-1)];
  if (!kind) return undefined;
  if (after === undefined) return { what: "removed", holds: kind.holds };
  const field = kind.immutable.find((path) => !isDeepStrictEqual(at(before, path), at(after, path)));
  return field === undefined ? undefined : { what: "replaced", field, holds: kind.holds };
}

function at(file: PlanFile, path: string): unknown {
  return path.split(".").reduce<PlanFile | undefined>((value, key) => value?.[key], file);
}
