import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ContainerResources } from "../component-args.ts";
import { images } from "../images.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import type { AwsBucketArgs, BackupBucketArgs, InClusterStoreArgs, ObjectLock } from "./backup-bucket.ts";

/** The arguments with every default filled in. Exactly one of `aws` and `inCluster` is there. */
export interface BackupBucketSpec {
  bucket: string;
  prefix: string;
  retentionDays: number;
  protect: boolean;
  aws?: AwsBucketSpec;
  inCluster?: InClusterStoreSpec;
}

export interface AwsBucketSpec {
  region: string;
  objectLock?: { mode: ObjectLock; days: number };
  breakGlassPrincipal?: string;
  podIdentityCluster?: string;
  writerServiceAccounts: string[];
  readerServiceAccounts: string[];
}

export interface InClusterStoreSpec {
  storage: string;
  storageClass?: string;
  resources: ContainerResources;
  image: pulumi.Input<string>;
}

export function backupBucketSpec(name: string, args: BackupBucketArgs): BackupBucketSpec {
  const spec = { bucket: args.bucket, prefix: args.prefix ?? "backups", retentionDays: args.retentionDays, protect: args.protect ?? false };
  refuse("BackupBucket", name, [...bucketProblems(spec), ...storeProblems(args)]);
  return args.store === "aws" ? { ...spec, aws: awsSpec(args.aws!, spec.retentionDays) } : { ...spec, inCluster: inClusterSpec(args.inCluster!) };
}

function awsSpec(args: AwsBucketArgs, retentionDays: number): AwsBucketSpec {
  return {
    region: args.region,
    objectLock: args.objectLock && { mode: args.objectLock, days: args.objectLockDays ?? retentionDays },
    breakGlassPrincipal: args.breakGlassPrincipal,
    podIdentityCluster: args.podIdentityCluster,
    writerServiceAccounts: args.writerServiceAccounts ?? [],
    readerServiceAccounts: args.readerServiceAccounts ?? [],
  };
}

function inClusterSpec(args: InClusterStoreArgs): InClusterStoreSpec {
  return {
    storage: args.storage,
    storageClass: args.storageClass,
    resources: args.resources ?? { cpu: "20m", memory: "96Mi" },
    image: args.image ?? images.objectStore,
  };
}

type Problems = (string | false)[];

function bucketProblems(spec: BackupBucketSpec): Problems {
  return [
    // The stricter half of S3's own rules: a dot breaks the certificate of the bucket's own host name.
    !/^[a-z0-9](?:[a-z0-9-]{1,55}[a-z0-9])$/.test(spec.bucket) &&
      `bucket "${spec.bucket}" is no bucket name; use 3 to 57 lower-case letters, digits and hyphens, such as example-links-prod-backups.`,
    !/^[a-z0-9][a-z0-9_-]*(?:\/[a-z0-9][a-z0-9_-]*)*$/.test(spec.prefix) &&
      `prefix "${spec.prefix}" is no key prefix; use lower-case words joined by /, such as backups or team/links, without a slash at either end.`,
    !(Number.isInteger(spec.retentionDays) && spec.retentionDays >= 1 && spec.retentionDays <= 36500) &&
      `retentionDays ${spec.retentionDays} is out of bounds; give a whole number of days from 1 to 36500.`,
  ];
}

function storeProblems(args: BackupBucketArgs): Problems {
  if (args.store !== "aws" && args.store !== "inCluster") return [`store "${args.store}" is unknown; write aws or inCluster.`];
  const other = args.store === "aws" ? "inCluster" : "aws";
  const unused = args[other] !== undefined && `${other} is given but store is ${args.store}; remove ${other} or set store to ${other}.`;
  if (args.store === "aws")
    return [unused, ...(args.aws ? awsProblems(args.aws, args.retentionDays) : ["store is aws but aws is missing; give aws.region at least."])];
  return [unused, ...(args.inCluster ? inClusterProblems(args.inCluster) : ["store is inCluster but inCluster is missing; give inCluster.storage at least."])];
}

function awsProblems(aws: AwsBucketArgs, retentionDays: number): Problems {
  const days = aws.objectLockDays;
  const accounts = [...(aws.writerServiceAccounts ?? []), ...(aws.readerServiceAccounts ?? [])];
  const twice = accounts.find((account, index) => accounts.indexOf(account) !== index);
  return [
    !/^[a-z]{2}(-[a-z]+)+-\d$/.test(aws.region) && `aws.region "${aws.region}" is no region; write it as eu-central-1.`,
    aws.objectLock !== undefined &&
      aws.objectLock !== "governance" &&
      aws.objectLock !== "compliance" &&
      `aws.objectLock "${aws.objectLock}" is unknown; write governance or compliance, or leave it out.`,
    days !== undefined &&
      aws.objectLock === undefined &&
      `aws.objectLockDays ${days} has no effect without aws.objectLock; set aws.objectLock or remove the days.`,
    days !== undefined && !Number.isInteger(days) && `aws.objectLockDays ${days} is no whole number of days; give at least ${retentionDays}.`,
    days !== undefined &&
      days < retentionDays &&
      `aws.objectLockDays ${days} is shorter than retentionDays ${retentionDays}: a backup could be deleted before its time; raise it to at least ${retentionDays}.`,
    aws.breakGlassPrincipal !== undefined &&
      !/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/\S+$/.test(aws.breakGlassPrincipal) &&
      `aws.breakGlassPrincipal "${aws.breakGlassPrincipal}" is no role or user; write it as arn:aws:iam::123456789012:role/break-glass.`,
    aws.podIdentityCluster !== undefined &&
      !aws.writerServiceAccounts?.length &&
      `aws.podIdentityCluster "${aws.podIdentityCluster}" needs aws.writerServiceAccounts: the service accounts that may store backups, such as ["postgres-backup"].`,
    aws.podIdentityCluster === undefined &&
      accounts.length > 0 &&
      `aws.writerServiceAccounts and aws.readerServiceAccounts need aws.podIdentityCluster, the name of the EKS cluster; without it both get an access key.`,
    twice !== undefined && `service account "${twice}" is named twice; EKS gives a service account one role, so name it once.`,
  ];
}

function inClusterProblems(inCluster: InClusterStoreArgs): Problems {
  return [
    !(bytes(inCluster.storage) >= 2 ** 28) && `inCluster.storage "${inCluster.storage}" holds no backups; write it as 2Gi, at least 256Mi.`,
    ...(inCluster.resources ? resourceProblems("inCluster.resources", inCluster.resources) : []),
  ];
}
