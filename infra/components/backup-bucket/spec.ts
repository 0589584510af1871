import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ContainerResources } from "../component-args.ts";
import { images } from "../images.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import { awsProblems, bucketNameProblem, type Problems } from "./aws-problems.ts";
import { type AwsBucketSpec, awsSpec } from "./aws-spec.ts";
import type { BackupBucketArgs, InClusterStoreArgs } from "./backup-bucket.ts";

/** The arguments with every default filled in. Exactly one of `aws` and `inCluster` is there. */
export interface BackupBucketSpec {
  bucket: string;
  prefix: string;
  retentionDays: number;
  protect: boolean;
  aws?: AwsBucketSpec;
  inCluster?: InClusterStoreSpec;
}

export interface InClusterStoreSpec {
  storage: string;
  storageClass?: string;
  resources: ContainerResources;
  image: pulumi.Input<string>;
  nodeImage: pulumi.Input<string>;
}

export function backupBucketSpec(name: string, args: BackupBucketArgs): BackupBucketSpec {
  const spec = { bucket: args.bucket, prefix: args.prefix ?? "backups", retentionDays: args.retentionDays, protect: args.protect ?? false };
  refuse("BackupBucket", name, [...bucketProblems(spec), ...storeProblems(args)]);
  return args.store === "aws" ? { ...spec, aws: awsSpec(spec.bucket, args.aws!, spec.retentionDays) } : { ...spec, inCluster: inClusterSpec(args.inCluster!) };
}

function inClusterSpec(args: InClusterStoreArgs): InClusterStoreSpec {
  return {
    storage: args.storage,
    storageClass: args.storageClass,
    resources: args.resources ?? { cpu: "20m", memory: "96Mi" },
    image: args.image ?? images.objectStore,
    nodeImage: args.nodeImage ?? images.node,
  };
}

function bucketProblems(spec: BackupBucketSpec): Problems {
  return [
    bucketNameProblem("bucket", spec.bucket),
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
    return [unused, ...(args.aws ? awsProblems(args.bucket, args.aws, args.retentionDays) : ["store is aws but aws is missing; give aws.region at least."])];
  return [unused, ...(args.inCluster ? inClusterProblems(args.inCluster) : ["store is inCluster but inCluster is missing; give inCluster.storage at least."])];
}

function inClusterProblems(inCluster: InClusterStoreArgs): Problems {
  return [
    !(bytes(inCluster.storage) >= 2 ** 28) && `inCluster.storage "${inCluster.storage}" holds no backups; write it as 2Gi, at least 256Mi.`,
    ...(inCluster.resources ? resourceProblems("inCluster.resources", inCluster.resources) : []),
  ];
}
