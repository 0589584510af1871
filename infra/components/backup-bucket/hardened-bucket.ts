import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { KeyPolicy } from "@pulumi/aws/kms/keyPolicy.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketObjectLockConfiguration } from "@pulumi/aws/s3/bucketObjectLockConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import type * as pulumi from "@pulumi/pulumi";
import { makeAccessLog } from "./access-log.ts";
import type { AwsBucketSpec } from "./aws-spec.ts";
import { lifecycleRules } from "./lifecycle.ts";
import type { BackupBucketSpec } from "./spec.ts";

/** Of the bucket of backups and of its replica alike: what differs between the two. */
export interface HardenedBucketInputs {
  bucket: string;
  region: string;
  description: string;
  tags?: Record<string, string>;
}

export interface HardenedBucket {
  bucket: Bucket;
  key: Key;
  /** What must be there before an object is stored. */
  guards: pulumi.CustomResource[];
}

/** A versioned, encrypted, closed, locked and logged bucket. Its policies are the caller's. */
export function makeHardenedBucket(
  name: string,
  { bucket: bucketName, region, description, tags }: HardenedBucketInputs,
  spec: BackupBucketSpec,
  lock: AwsBucketSpec["objectLock"],
  opts: pulumi.CustomResourceOptions,
): HardenedBucket {
  const kept = { ...opts, protect: spec.protect, retainOnDelete: spec.protect };
  const key = new Key(`${name}-key`, { region, description, enableKeyRotation: true, deletionWindowInDays: 30, tags }, kept);
  new Alias(`${name}-key-alias`, { region, name: `alias/${bucketName}`, targetKeyId: key.keyId }, opts);
  const bucket = new Bucket(name, { region, bucket: bucketName, objectLockEnabled: lock !== undefined, forceDestroy: !spec.protect, tags }, kept);
  const versioning = harden(name, region, bucket, opts);
  const encrypted = new BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      region,
      bucket: bucket.bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn }, bucketKeyEnabled: true }],
    },
    opts,
  );
  makeAccessLog(name, { bucket, bucketName, keyArn: key.arn, region, protect: spec.protect, tags }, opts);

  // Rules about old versions are refused by S3 as long as versioning is off.
  const versioned = { ...opts, dependsOn: versioning };
  new BucketLifecycleConfiguration(`${name}-lifecycle`, { region, bucket: bucket.bucket, rules: lifecycleRules(spec) }, versioned);
  const guards: pulumi.CustomResource[] = [encrypted, versioning];
  if (lock) guards.push(makeLock(name, region, bucket, lock, versioned));
  return { bucket, key, guards };
}

/** What every bucket gets: versions, no access lists, nothing public by any way. */
export function harden(name: string, region: string, bucket: Bucket, opts: pulumi.CustomResourceOptions): BucketVersioning {
  new BucketOwnershipControls(`${name}-ownership`, { region, bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, opts);
  new BucketPublicAccessBlock(
    `${name}-public-access`,
    { region, bucket: bucket.bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    opts,
  );
  return new BucketVersioning(`${name}-versioning`, { region, bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } }, opts);
}

function makeLock(name: string, region: string, bucket: Bucket, { mode, days }: NonNullable<AwsBucketSpec["objectLock"]>, opts: pulumi.CustomResourceOptions) {
  return new BucketObjectLockConfiguration(
    `${name}-lock`,
    { region, bucket: bucket.bucket, objectLockEnabled: "Enabled", rule: { defaultRetention: { mode: mode.toUpperCase(), days } } },
    opts,
  );
}

/** Puts the two policies that say what nobody may do. */
export function guard(
  name: string,
  region: string,
  { bucket, key }: HardenedBucket,
  policies: Record<"bucket" | "key", pulumi.Input<string>>,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource[] {
  return [
    new BucketPolicy(`${name}-policy`, { region, bucket: bucket.bucket, policy: policies.bucket }, opts),
    new KeyPolicy(`${name}-key-policy`, { region, keyId: key.keyId, policy: policies.key }, opts),
  ];
}
