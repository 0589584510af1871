import { heldBy } from "../../plan/loss.ts";

/** One thing that the engine would do. */
export interface Step {
  op: "create" | "update" | "replace" | "delete";
  /** Last part of the type token. */
  kind: string;
  name: string;
  /** Data that would be gone with it. */
  holds?: string;
}

const ops: Record<string, Step["op"]> = {
  create: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  delete: "delete",
};

/** The steps of `pulumi preview --json` and `pulumi refresh --json`, each resource once; undefined when it is something else. */
export function changesOf(json: string): { steps: Step[]; errors: string[] } | undefined {
  let read: { steps?: { op: string; urn: string }[]; diagnostics?: { message: string; severity: string }[] };
  try {
    read = JSON.parse(json);
  } catch {
    return undefined;
  }
  const steps = new Map<string, Step>();
  for (const { op, urn } of read.steps ?? []) {
    const known = ops[op];
    const [, , types = "", ...name] = urn.split("::");
    const kind = types.split("$").at(-1)!.split(":").at(-1)!;
    if (!known || kind === "Stack") continue;
    const holds = known === "replace" || known === "delete" ? heldBy(kind) : undefined;
    // The parts of a replacement come one by one.
    if (steps.get(urn)?.op !== "replace") steps.set(urn, { op: known, kind, name: name.join("::"), ...(holds && { holds }) });
  }
  const errors = (read.diagnostics ?? []).filter(({ severity }) => severity === "error").map(({ message }) => message.trim());
  return { steps: [...steps.values()], errors };
}

export const textOf = ({ kind, name }: Step) => `${kind} ${name}`;
