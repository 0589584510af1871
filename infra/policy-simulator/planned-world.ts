import { type Policy, parsePolicy } from "./document.ts";
import type { World } from "./evaluate.ts";

/** A resource of a plan, as far as it is read here. */
export interface Resource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** Account of everything in an offline plan. */
export const plannedAccount = "000000000000";

export interface PlannedWorld extends World {
  /** Every policy of the plan, for a test that each of its statements matters. */
  policies: Policy[];
  /** ARN of the role or user whose planned name begins so. */
  principal(beginning: string): string;
  /** ARN of the key that encrypts a bucket. */
  keyOf(bucket: string): string;
}

/** The policies that a plan would put on buckets, keys, roles and users. */
export function plannedWorld(resources: readonly Resource[]): PlannedWorld {
  const of = (kind: string) => resources.filter(({ type }) => type.endsWith(`:${kind}`));
  const onResource = new Map<string, Policy>();
  const onIdentity = new Map<string, Policy[]>();
  const policies: Policy[] = [];
  const read = (title: string, json: unknown) => {
    const policy = parsePolicy(title, String(json));
    policies.push(policy);
    return policy;
  };
  const give = (arn: string, policy: Policy) => onIdentity.set(arn, [...(onIdentity.get(arn) ?? []), policy]);

  for (const { inputs } of of("BucketPolicy")) onResource.set(`arn:aws:s3:::${inputs.bucket}`, read(`bucket ${inputs.bucket}`, inputs.policy));
  for (const { name, inputs } of of("KeyPolicy")) {
    const policy = read(`key ${name}`, inputs.policy);
    onResource.set(String(policy.statements[0]?.Resource), policy);
  }
  for (const { name, inputs } of of("Role")) onResource.set(arnOf("role", name), read(`role ${name}`, inputs.assumeRolePolicy));
  for (const { name, inputs } of of("RolePolicy")) give(arnOf("role", inputs.role), read(name, inputs.policy));
  for (const { name, inputs } of of("GroupPolicy")) {
    const policy = read(name, inputs.policy);
    const members = of("UserGroupMembership").filter((membership) => (membership.inputs.groups as string[]).includes(String(inputs.group)));
    for (const member of members) give(arnOf("user", member.inputs.user), policy);
  }
  const encryption = new Map(of("BucketServerSideEncryptionConfiguration").map(({ inputs }) => [String(inputs.bucket), JSON.stringify(inputs.rules)]));

  return {
    policies,
    identityPolicies: ({ name }) => onIdentity.get(name) ?? [],
    resourcePolicy: (arn) => ({ policy: onResource.get(/^(arn:aws:s3:::[^/]+)/.exec(arn)?.[1] ?? arn), account: plannedAccount }),
    principal: (beginning) => {
      const found = [...onIdentity.keys()].find((arn) => arn.split("/")[1]?.startsWith(beginning));
      if (!found) throw new Error(`the plan has no role or user ${beginning}; it has ${[...onIdentity.keys()].join(", ")}`);
      return found;
    },
    keyOf: (bucket) => /"kmsMasterKeyId":"([^"]+)"/.exec(encryption.get(bucket) ?? "")?.[1] ?? `no key of ${bucket}`,
  };
}

const arnOf = (kind: "role" | "user", name: unknown) => `arn:aws:iam::${plannedAccount}:${kind}/${name}`;
