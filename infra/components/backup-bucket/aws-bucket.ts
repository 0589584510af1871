import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging.js";
import { BucketObjectLockConfiguration } from "@pulumi/aws/s3/bucketObjectLockConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import { bucketPolicy, logBucketPolicy } from "./bucket-policies.ts";
import { lifecycleRules, logLifecycleRules } from "./lifecycle.ts";
import type { AwsBucketSpec, BackupBucketSpec } from "./spec.ts";

export interface AwsBucketResult {
  /** The bucket's name; resolves when it is hardened, so nothing is stored before. */
  bucket: pulumi.Output<string>;
  bucketArn: pulumi.Output<string>;
  keyArn: pulumi.Output<string>;
}

/** Makes the bucket, its key, its rules and the bucket of its access logs. */
export function makeAwsBucket(
  name: string,
  spec: BackupBucketSpec,
  aws: AwsBucketSpec,
  tags: Record<string, string> | undefined,
  parent: pulumi.Resource,
): AwsBucketResult {
  const region = aws.region;
  const child = { parent };
  const kept = { parent, protect: spec.protect, retainOnDelete: spec.protect };

  // No key policy of its own: AWS's default leaves it to the account's IAM, and the two policies of this component are all that names it.
  const key = new Key(
    `${name}-key`,
    { region, description: `Encrypts the backups in ${spec.bucket}`, enableKeyRotation: true, deletionWindowInDays: 30, tags },
    kept,
  );
  new Alias(`${name}-key-alias`, { region, name: `alias/${spec.bucket}`, targetKeyId: key.keyId }, child);

  const bucket = new Bucket(name, { region, bucket: spec.bucket, objectLockEnabled: aws.objectLock !== undefined, forceDestroy: !spec.protect, tags }, kept);
  const logs = new Bucket(`${name}-logs`, { region, bucket: `${spec.bucket}-logs`, forceDestroy: !spec.protect, tags }, kept);
  const versioning = harden(name, region, bucket, child);
  const logVersioning = harden(`${name}-logs`, region, logs, child);

  const encrypted = new BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      region,
      bucket: bucket.bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn }, bucketKeyEnabled: true }],
    },
    child,
  );
  // Log delivery can't write to a bucket with a key of one's own, so the logs are under S3's.
  new BucketServerSideEncryptionConfiguration(
    `${name}-logs-encryption`,
    { region, bucket: logs.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    child,
  );

  const guarded = new BucketPolicy(
    `${name}-policy`,
    {
      region,
      bucket: bucket.bucket,
      policy: pulumi
        .all([bucket.arn, key.arn])
        .apply(([bucketArn, keyArn]) => JSON.stringify(bucketPolicy({ bucketArn, keyArn, breakGlassPrincipal: aws.breakGlassPrincipal }))),
    },
    child,
  );
  const logPolicy = new BucketPolicy(
    `${name}-logs-policy`,
    {
      region,
      bucket: logs.bucket,
      // The account's number stands in the key's arn; asking AWS for it would make the plan need credentials.
      policy: pulumi
        .all([logs.arn, bucket.arn, key.arn])
        .apply(([logBucketArn, bucketArn, keyArn]) => JSON.stringify(logBucketPolicy({ logBucketArn, bucketArn, accountId: keyArn.split(":")[4] ?? "" }))),
    },
    child,
  );
  new BucketLogging(
    `${name}-logging`,
    { region, bucket: bucket.bucket, targetBucket: logs.bucket, targetPrefix: `${spec.bucket}/` },
    { parent, dependsOn: logPolicy },
  );

  // Rules about old versions are refused by S3 as long as versioning is off.
  const versioned = { parent, dependsOn: versioning };
  new BucketLifecycleConfiguration(`${name}-lifecycle`, { region, bucket: bucket.bucket, rules: lifecycleRules(spec) }, versioned);
  new BucketLifecycleConfiguration(`${name}-logs-lifecycle`, { region, bucket: logs.bucket, rules: logLifecycleRules }, { parent, dependsOn: logVersioning });
  const guards: pulumi.CustomResource[] = [encrypted, guarded, versioning];
  if (aws.objectLock) guards.push(lock(name, region, bucket, aws.objectLock, versioned));

  const bucketName = pulumi.all([bucket.bucket, ...guards.map((guard) => guard.id)]).apply(([made]) => made!);
  return { bucket: bucketName, bucketArn: bucket.arn, keyArn: key.arn };
}

/** What every bucket gets: versions, no access lists, nothing public by any way. */
function harden(name: string, region: string, bucket: Bucket, opts: pulumi.CustomResourceOptions): BucketVersioning {
  new BucketOwnershipControls(`${name}-ownership`, { region, bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, opts);
  new BucketPublicAccessBlock(
    `${name}-public-access`,
    { region, bucket: bucket.bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    opts,
  );
  return new BucketVersioning(`${name}-versioning`, { region, bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } }, opts);
}

function lock(name: string, region: string, bucket: Bucket, { mode, days }: NonNullable<AwsBucketSpec["objectLock"]>, opts: pulumi.CustomResourceOptions) {
  return new BucketObjectLockConfiguration(
    `${name}-lock`,
    { region, bucket: bucket.bucket, objectLockEnabled: "Enabled", rule: { defaultRetention: { mode: mode.toUpperCase(), days } } },
    opts,
  );
}
