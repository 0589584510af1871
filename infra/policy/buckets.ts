import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { parsePolicy } from "../policy-simulator/document.ts";
import { decide } from "../policy-simulator/evaluate.ts";

type Props = Record<string, unknown>;
type Resource = Pick<PolicyResource, "type" | "name" | "urn"> & { props: Props };

/** The settings of a bucket are resources of their own, found by the bucket's name. */
function settingsOf(resources: readonly Resource[], kind: string, bucket: unknown): Props | undefined {
  return resources.find(({ type, props }) => type.endsWith(`:${kind}`) && props.bucket === bucket)?.props;
}

/** Everything that AWS's Foundational Security practices ask of every bucket (S3.1, .2, .3, .5, .8, .12, .14), and one region for all of it. */
export const hardenedBuckets: StackValidationPolicy = {
  name: "hardened-buckets",
  description: "Each bucket keeps versions, takes no access lists, is encrypted, speaks TLS 1.2 or newer only, and has its settings in its own region.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    for (const found of resources.filter(({ type }) => type === "aws:s3/bucket:Bucket")) {
      for (const problem of bucketProblems(found, resources)) report(problem, found.urn);
    }
  },
};

function bucketProblems({ name, props: { bucket, region } }: Resource, resources: readonly Resource[]): string[] {
  const settings = (kind: string) => settingsOf(resources, kind, bucket);
  const of = `bucket ${name}`;
  const asks = (fulfilled: boolean | undefined, text: string) => (fulfilled ? [] : [`${of} ${text}`]);
  const versioning = settings("BucketVersioning")?.versioningConfiguration as Props | undefined;
  const ownership = settings("BucketOwnershipControls")?.rule as Props | undefined;
  const encryption = settings("BucketServerSideEncryptionConfiguration");
  const keyRegion = /"arn:aws[a-z-]*:kms:([^:]+):/.exec(JSON.stringify(encryption?.rules ?? []))?.[1];
  const elsewhere = resources.filter((other) => other.props.bucket === bucket && other.props.region !== undefined && other.props.region !== region);
  return [
    ...asks(versioning?.status === "Enabled", "keeps no versions; add a BucketVersioning with the status Enabled."),
    ...asks(ownership?.objectOwnership === "BucketOwnerEnforced", "takes access lists; add BucketOwnershipControls with BucketOwnerEnforced."),
    ...asks(settings("BucketPublicAccessBlock") !== undefined, "may be opened to the public; add a BucketPublicAccessBlock."),
    ...asks(encryption !== undefined, "has no encryption of its own; add a BucketServerSideEncryptionConfiguration."),
    ...asks(keyRegion === undefined || keyRegion === region, `is in ${region} and its key in ${keyRegion}; make a key in the bucket's region.`),
    ...elsewhere.map((other) => `${of} is in ${region} and its ${other.type.split(":").at(-1)} in ${other.props.region}; give both the same region.`),
    ...transportProblems(of, bucket, settings("BucketPolicy")),
  ];
}

/** Asked of the policy as AWS would ask it, so that a denial with a hole in it is no denial. */
function transportProblems(of: string, bucket: unknown, settings: Props | undefined): string[] {
  if (settings !== undefined && typeof settings.policy !== "string") return [];
  const policy = parsePolicy(`of ${of}`, settings === undefined ? '{"Version":"2012-10-17","Statement":[]}' : String(settings.policy));
  const administrator = { title: "everything", statements: [{ Effect: "Allow" as const, Action: "*", Resource: "*" }] };
  const world = { identityPolicies: () => [administrator], resourcePolicy: () => ({ policy, account: "0" }) };
  const principal = { kind: "AWS", name: "arn:aws:iam::0:role/administrator" } as const;
  const arn = `arn:aws:s3:::${bucket}`;
  const passes = (context: Record<string, string>) =>
    [
      { action: "s3:GetObject", resource: `${arn}/key` },
      { action: "s3:ListBucket", resource: arn },
    ].some((one) => decide(world, { principal, ...one, context }).allowed);
  return [
    ...(passes({ "aws:SecureTransport": "false", "s3:TlsVersion": "1.2" }) ? [`${of} answers plain HTTP; deny s3:* where aws:SecureTransport is false.`] : []),
    ...(passes({ "aws:SecureTransport": "true", "s3:TlsVersion": "1.1" }) ? [`${of} answers TLS 1.1; deny s3:* where s3:TlsVersion is below 1.2.`] : []),
  ];
}

/** A lock that ends before the backup does promises nothing; a copy in the same region is lost with the original. */
export const keptBackups: StackValidationPolicy = {
  name: "kept-backups",
  description: "A lock lasts as long as what it locks, lifecycle rules clean up after themselves, and a copy is in another region.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    for (const { type, urn, props } of resources) {
      if (type.endsWith(":BucketObjectLockConfiguration")) for (const problem of lockProblems(props, resources)) report(problem, urn);
      if (type.endsWith(":BucketLifecycleConfiguration") && !JSON.stringify(props.rules ?? []).includes("abortIncompleteMultipartUpload"))
        report("keeps what broke off for ever; add abortIncompleteMultipartUpload.", urn);
      if (type.endsWith(":BucketReplicationConfig")) for (const problem of copyProblems(props, resources)) report(problem, urn);
    }
  },
};

function lockProblems({ bucket, rule }: Props, resources: readonly Resource[]): string[] {
  const lockDays = (rule as { defaultRetention?: { days?: number } } | undefined)?.defaultRetention?.days ?? 0;
  const rules = (settingsOf(resources, "BucketLifecycleConfiguration", bucket)?.rules ?? []) as { expiration?: { days?: number } }[];
  const keptDays = Math.max(0, ...rules.map(({ expiration }) => expiration?.days ?? 0));
  return lockDays < keptDays ? [`locks for ${lockDays} days what is kept for ${keptDays}; raise rule.defaultRetention.days to at least ${keptDays}.`] : [];
}

function copyProblems({ region, rules }: Props, resources: readonly Resource[]): string[] {
  const destinations = ((rules ?? []) as { destination?: { bucket?: string } }[]).map(({ destination }) => destination?.bucket?.split(":::")[1]);
  const copies = resources.filter(({ type, props }) => type === "aws:s3/bucket:Bucket" && destinations.includes(String(props.bucket)));
  return copies
    .filter(({ props }) => props.region === region)
    .map(({ name }) => `copies to ${name} in the same region ${region}, lost together with it; make the copy in another.`);
}
