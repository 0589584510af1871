import { bad, type Check, type Finding, good, NoAnswer, warning } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** A key of a Secret that somebody else makes. */
interface Reference {
  namespace: string;
  secret: string;
  key: string;
  by: string;
}

/** Secrets that the stack reads and does not make: forgotten, they show as an alert that reaches nobody. */
export const secrets: Check = {
  name: "secrets",
  asks: "is every Secret there that the stack reads but does not make",
  async ask(subject) {
    const references = foreignSecrets(subject);
    if (references.length === 0) return [good("The stack reads no Secret that it does not make itself.")];
    return Promise.all(references.map((reference) => judge(reference, subject)));
  },
};

/** By name and key, in what refers to Secrets: routes of alerts, and images that are pulled with a log-in. */
export function foreignSecrets({ manifests, namespace }: Pick<Subject, "manifests" | "namespace">): Reference[] {
  const own = new Set(
    manifests.filter(({ kind }) => kind === "Secret" || kind === "Certificate").flatMap(({ metadata, spec }) => [metadata.name, spec?.secretName]),
  );
  const found = new Map<string, Reference>();
  for (const { kind, metadata, spec } of manifests.filter(({ kind }) => kind === "AlertmanagerConfig")) {
    for (const { name, key } of selectors(spec)) {
      if (own.has(name)) continue;
      found.set(`${name}/${key}`, { namespace: metadata.namespace ?? namespace, secret: name, key, by: `${kind} ${metadata.name}` });
    }
  }
  return [...found.values()];
}

/** Every `{ name, key }` of a tree: how the operator's kinds point at a Secret. */
function selectors(value: unknown): { name: string; key: string }[] {
  if (value === null || typeof value !== "object") return [];
  const { name, key, ...rest } = value as Record<string, unknown>;
  if (typeof name === "string" && typeof key === "string" && Object.keys(rest).length === 0) return [{ name, key }];
  return Object.values(value).flatMap(selectors);
}

async function judge({ namespace, secret, key, by }: Reference, { cluster }: Subject): Promise<Finding> {
  const where = `Secret ${secret} in ${namespace}`;
  try {
    const found = await (await cluster()).get(`/api/v1/namespaces/${namespace}/secrets/${secret}`);
    if (found?.data?.[key]) return good(`${where} has ${key}.`);
    const lacks = found ? `${where} has no ${key}` : `${where} is not there`;
    return bad(
      `${lacks}, which ${by} reads: whoever it leads to is told nothing.`,
      `Make it: kubectl --namespace ${namespace} create secret generic ${secret} --from-file=${key}=<file>; docs/alert-routes.md.`,
    );
  } catch (error) {
    // Reading Secrets is a right that few should have: that it lacks is no fault.
    if (error instanceof NoAnswer)
      return warning(`${where} can't be looked at: ${error.message}.`, `Ask somebody who may: kubectl --namespace ${namespace} get secret ${secret}`);
    throw error;
  }
}
