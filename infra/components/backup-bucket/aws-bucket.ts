import * as pulumi from "@pulumi/pulumi";
import type { AwsBucketSpec } from "./aws-spec.ts";
import { bucketPolicy } from "./bucket-policies.ts";
import { guard, makeHardenedBucket } from "./hardened-bucket.ts";
import { keyPolicy } from "./key-policy.ts";
import { makeReplica } from "./replica.ts";
import type { BackupBucketSpec } from "./spec.ts";

/** A bucket and its key, as policies name them. */
export interface BucketArns {
  region: string;
  bucketArn: pulumi.Output<string>;
  keyArn: pulumi.Output<string>;
}

export interface AwsBucketResult extends BucketArns {
  /** The bucket's name; resolves when it is hardened, so nothing is stored before. */
  bucket: pulumi.Output<string>;
  replica?: BucketArns;
}

/** Makes the bucket, its key, its rules, the bucket of its access logs and, by choice, the replica of all that. */
export function makeAwsBucket(
  name: string,
  spec: BackupBucketSpec,
  aws: AwsBucketSpec,
  tags: Record<string, string> | undefined,
  parent: pulumi.Resource,
): AwsBucketResult {
  const { region, breakGlassPrincipal } = aws;
  const opts = { parent };
  const description = `Encrypts the backups in ${spec.bucket}`;
  const home = makeHardenedBucket(name, { bucket: spec.bucket, region, description, tags }, spec, aws.objectLock, opts);
  const arns: BucketArns = { region, bucketArn: home.bucket.arn, keyArn: home.key.arn };
  const policies = pulumi.all([arns.bucketArn, arns.keyArn]).apply(([bucketArn, keyArn]) => ({
    bucket: JSON.stringify(bucketPolicy({ bucketArn, keyArn, prefix: spec.prefix, breakGlassPrincipal })),
    key: JSON.stringify(keyPolicy({ keyArn, region, protect: spec.protect, breakGlassPrincipal })),
  }));
  const guards = [...home.guards, ...guard(name, region, home, policies, opts)];
  const replica = aws.replica && makeReplica(name, spec, aws, aws.replica, { ...home, ...arns, guards }, tags, parent);
  // The first backup is to be copied too, so it waits for the replication.
  if (replica) guards.push(replica.replication);
  const bucketName = pulumi.all([home.bucket.bucket, ...guards.map((made) => made.id)]).apply(([made]) => made!);
  return { bucket: bucketName, ...arns, replica: replica?.arns };
}
