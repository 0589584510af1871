import { beforeAll, expect, test } from "vitest";
import { planStack } from "../plan/plan.ts";
import { namedTrust, narrowIdentities, rotatedKeys } from "./aws.ts";
import { hardenedBuckets, keptBackups } from "./buckets.ts";

interface Planned {
  type: string;
  name: string;
  urn: string;
  props: Record<string, unknown>;
}

let prod: Planned[];
beforeAll(async () => {
  prod = (await planStack("prod")).resources.map(({ type, name, urn, inputs }) => ({ type, name, urn, props: inputs }));
});

async function violations(resources: Planned[]): Promise<string[]> {
  const found: string[] = [];
  const report = (policy: string) => (message: string) => void found.push(`${policy}: ${message}`);
  for (const policy of [hardenedBuckets, keptBackups]) await policy.validateStack({ resources } as never, report(policy.name));
  for (const policy of [narrowIdentities, namedTrust, rotatedKeys]) {
    for (const resource of resources) for (const validate of [policy.validateResource].flat()) await validate?.(resource as never, report(policy.name));
  }
  return found;
}

test("the plan of prod keeps every rule, and has something to judge", async () => {
  expect(await violations(prod)).toEqual([]);
  expect(prod.filter(({ type }) => type === "aws:s3/bucket:Bucket").map(({ name }) => name)).toEqual(
    expect.arrayContaining(["backups", "backups-logs", "backups-copy", "backups-copy-logs"]),
  );
});

/** The plan of prod with one resource changed; `undefined` takes it away. */
const broken = (name: string, kind: string, change: (props: Record<string, unknown>) => object | undefined) =>
  prod.flatMap((resource) => {
    if (resource.name !== name || !resource.type.endsWith(`:${kind}`)) return [resource];
    const props = change(structuredClone(resource.props));
    return props ? [{ ...resource, props: props as Record<string, unknown> }] : [];
  });
const without = (sid: string) => (props: Record<string, unknown>) => {
  const { Statement, ...rest } = JSON.parse(String(props.policy));
  return { ...props, policy: JSON.stringify({ ...rest, Statement: Statement.filter(({ Sid }: { Sid: string }) => Sid !== sid) }) };
};
const widened = (change: object) => (props: Record<string, unknown>) => {
  const document = JSON.parse(String(props.policy));
  return { ...props, policy: JSON.stringify({ ...document, Statement: [{ ...document.Statement[0], ...change }, ...document.Statement.slice(1)] }) };
};
const gone = () => undefined;

test.each<[string, () => Planned[], RegExp]>([
  ["no versions", () => broken("backups-versioning", "BucketVersioning", gone), /^hardened-buckets: bucket backups keeps no versions/],
  ["access lists", () => broken("backups-ownership", "BucketOwnershipControls", gone), /takes access lists/],
  ["no block of the public", () => broken("backups-copy-public-access", "BucketPublicAccessBlock", gone), /bucket backups-copy may be opened/],
  ["no encryption", () => broken("backups-encryption", "BucketServerSideEncryptionConfiguration", gone), /has no encryption of its own/],
  ["plain HTTP", () => broken("backups-policy", "BucketPolicy", without("DenyPlainHttp")), /bucket backups answers plain HTTP/],
  ["old TLS", () => broken("backups-logs-policy", "BucketPolicy", without("DenyOldTls")), /bucket backups-logs answers TLS 1\.1/],
  ["no policy at all", () => broken("backups-policy", "BucketPolicy", gone), /answers plain HTTP/],
  [
    "a denial with a hole",
    () => broken("backups-policy", "BucketPolicy", widened({ Resource: "arn:aws:s3:::example-links-prod-backups/*" })),
    /answers plain HTTP/,
  ],
  [
    "settings in another region",
    () => broken("backups-versioning", "BucketVersioning", (p) => ({ ...p, region: "us-east-1" })),
    /its BucketVersioning in us-east-1/,
  ],
  [
    "a key of another region",
    () =>
      broken("backups-encryption", "BucketServerSideEncryptionConfiguration", (p) =>
        JSON.parse(JSON.stringify(p).replace("kms:eu-central-1", "kms:us-east-1")),
      ),
    /its key in us-east-1/,
  ],
  [
    "a lock shorter than the retention",
    () => broken("backups-lock", "BucketObjectLockConfiguration", (p) => ({ ...p, rule: { defaultRetention: { mode: "GOVERNANCE", days: 30 } } })),
    /^kept-backups: locks for 30 days what is kept for 35/,
  ],
  [
    "no end of what broke off",
    () => broken("backups-lifecycle", "BucketLifecycleConfiguration", (p) => ({ ...p, rules: [] })),
    /keeps what broke off for ever/,
  ],
  [
    "a copy next door",
    () => broken("backups-copy", "Bucket", (p) => ({ ...p, region: "eu-central-1" })),
    /^kept-backups: copies to backups-copy in the same region/,
  ],
  ["a key that stays the same", () => broken("backups-key", "Key", (p) => ({ ...p, enableKeyRotation: false })), /^rotated-keys: does not rotate/],
  [
    "every action",
    () => broken("backups-postgres-backup-write", "RolePolicy", widened({ Action: "s3:*" })),
    /^narrow-identities: statement ListOwnPrefix allows "s3:\*"/,
  ],
  ["every resource", () => broken("backups-postgres-backup-write", "RolePolicy", widened({ Resource: "*" })), /is for every resource/],
  ["deletion", () => broken("backups-postgres-backup-write", "RolePolicy", widened({ Action: "s3:DeleteObject" })), /allows s3:DeleteObject; leave deletion/],
  [
    "a role for any pod",
    () =>
      broken("backups-postgres-backup-role", "Role", (p) => ({
        ...p,
        assumeRolePolicy: String(p.assumeRolePolicy).replaceAll("aws:RequestTag/kubernetes-service-account", "aws:RequestTag/other"),
      })),
    /^named-trust: statement PodIdentity gives the role to any pod/,
  ],
  [
    "a role for everybody",
    () => broken("backups-copy-role", "Role", (p) => ({ ...p, assumeRolePolicy: String(p.assumeRolePolicy).replace('{"Service":"s3.amazonaws.com"}', '"*"') })),
    /gives the role to everybody/,
  ],
])("%s is found", async (_, resources, message) => {
  const found = await violations(resources());
  expect(found.length).toBeGreaterThan(0);
  expect(found.find((text) => message.test(text)) ?? found.join("\n")).toMatch(message);
});
