import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Provider } from "@pulumi/aws/provider.js";
import { BucketReplicationConfig } from "@pulumi/aws/s3/bucketReplicationConfig.js";
import * as pulumi from "@pulumi/pulumi";
import type { BucketArns } from "./aws-bucket.ts";
import type { AwsBucketSpec, ReplicaSpec } from "./aws-spec.ts";
import { replicaBucketPolicy } from "./bucket-policies.ts";
import { guard, type HardenedBucket, makeHardenedBucket } from "./hardened-bucket.ts";
import { keyPolicy } from "./key-policy.ts";
import { accountOf } from "./policy-document.ts";
import { replicationPolicy } from "./replication-policy.ts";
import { replicationRule } from "./replication-rule.ts";
import type { BackupBucketSpec } from "./spec.ts";
import { replicationTrust } from "./trust-policies.ts";

export interface Replica {
  arns: BucketArns;
  replication: pulumi.CustomResource;
}

/** Makes a second bucket in another region, by choice in another account, and has S3 copy every backup to it. */
export function makeReplica(
  name: string,
  spec: BackupBucketSpec,
  aws: AwsBucketSpec,
  { assumeRole, bucket, region }: ReplicaSpec,
  source: HardenedBucket & BucketArns,
  tags: Record<string, string> | undefined,
  parent: pulumi.Resource,
): Replica {
  const at = `${name}-copy`;
  const provider = assumeRole === undefined ? undefined : new Provider(at, { region, assumeRoles: [{ roleArn: assumeRole }] }, { parent });
  const opts = { parent, provider };
  const description = `Encrypts the copies of the backups in ${spec.bucket}`;
  const copy = makeHardenedBucket(at, { bucket, region, description, tags }, spec, aws.objectLock, opts);
  const role = new Role(`${at}-role`, { assumeRolePolicy: JSON.stringify(replicationTrust()), tags }, { parent });
  const known = pulumi.all([source.bucketArn, source.keyArn, copy.bucket.arn, copy.key.arn, role.arn]);

  const { breakGlassPrincipal } = aws;
  const policies = known.apply(([, sourceKeyArn, bucketArn, keyArn, replicationRoleArn]) => {
    const sourceAccountId = assumeRole === undefined ? undefined : accountOf(sourceKeyArn);
    const foreign = sourceAccountId === undefined ? undefined : { accountId: sourceAccountId, replicationRoleArn };
    return {
      bucket: JSON.stringify(replicaBucketPolicy({ bucketArn, breakGlassPrincipal, sourceAccountId, replicationRoleArn })),
      key: JSON.stringify(keyPolicy({ keyArn, region, protect: spec.protect, breakGlassPrincipal, source: foreign })),
    };
  });
  const guards = [...copy.guards, ...guard(at, region, copy, policies, opts)];

  const rights = known.apply(([bucketArn, keyArn, copyArn, copyKeyArn]) =>
    JSON.stringify(
      replicationPolicy({
        source: { bucketArn, keyArn, prefix: spec.prefix, region: source.region },
        replica: { bucketArn: copyArn, keyArn: copyKeyArn, prefix: spec.prefix, region },
        otherAccount: assumeRole !== undefined,
      }),
    ),
  );
  const granted = new RolePolicy(`${at}-rights`, { role: role.name, policy: rights }, { parent });
  const replication = new BucketReplicationConfig(
    `${at}-replication`,
    {
      region: source.region,
      bucket: source.bucket.bucket,
      role: role.arn,
      rules: [replicationRule({ prefix: spec.prefix, bucketArn: copy.bucket.arn, keyArn: copy.key.arn, assumeRole })],
    },
    { parent, dependsOn: [granted, ...guards, ...source.guards] },
  );
  return { arns: { region, bucketArn: copy.bucket.arn, keyArn: copy.key.arn }, replication };
}
