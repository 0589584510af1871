import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import * as pulumi from "@pulumi/pulumi";
import { logBucketPolicy } from "./bucket-policies.ts";
import { harden } from "./hardened-bucket.ts";
import { logLifecycleRules } from "./lifecycle.ts";
import { accountOf } from "./policy-document.ts";

export interface AccessLogInputs {
  /** The bucket whose accesses are logged. */
  bucket: Bucket;
  bucketName: string;
  keyArn: pulumi.Output<string>;
  region: string;
  protect: boolean;
  tags?: Record<string, string>;
}

/** A bucket for the access logs of another. It has no lock of its own: S3 can't deliver logs to a bucket with a default retention. */
export function makeAccessLog(name: string, inputs: AccessLogInputs, opts: pulumi.CustomResourceOptions): void {
  const { bucket, bucketName, keyArn, region, protect, tags } = inputs;
  const logs = new Bucket(
    `${name}-logs`,
    { region, bucket: `${bucketName}-logs`, forceDestroy: !protect, tags },
    { ...opts, protect, retainOnDelete: protect },
  );
  const versioning = harden(`${name}-logs`, region, logs, opts);
  // Log delivery can't write to a bucket with a key of one's own, so the logs are under S3's.
  new BucketServerSideEncryptionConfiguration(
    `${name}-logs-encryption`,
    { region, bucket: logs.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    opts,
  );
  const admitted = new BucketPolicy(
    `${name}-logs-policy`,
    {
      region,
      bucket: logs.bucket,
      policy: pulumi
        .all([logs.arn, bucket.arn, keyArn])
        .apply(([logBucketArn, bucketArn, key]) => JSON.stringify(logBucketPolicy({ logBucketArn, bucketArn, accountId: accountOf(key) }))),
    },
    opts,
  );
  new BucketLogging(
    `${name}-logging`,
    { region, bucket: bucket.bucket, targetBucket: logs.bucket, targetPrefix: `${bucketName}/` },
    { ...opts, dependsOn: admitted },
  );
  new BucketLifecycleConfiguration(`${name}-logs-lifecycle`, { region, bucket: logs.bucket, rules: logLifecycleRules }, { ...opts, dependsOn: versioning });
}
