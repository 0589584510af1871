import type { AwsBucketArgs, ObjectLock } from "./backup-bucket.ts";
import { type AccountReference, accountReference } from "./service-accounts.ts";

export interface AwsBucketSpec {
  region: string;
  objectLock?: { mode: ObjectLock; days: number };
  breakGlassPrincipal?: string;
  podIdentityCluster?: string;
  oidcProvider?: string;
  writers: AccountReference[];
  readers: AccountReference[];
  drills: AccountReference[];
  replica?: ReplicaSpec;
}

export interface ReplicaSpec {
  region: string;
  bucket: string;
  assumeRole?: string;
}

export function awsSpec(bucket: string, args: AwsBucketArgs, retentionDays: number): AwsBucketSpec {
  return {
    region: args.region,
    // A day longer than the retention: S3 expires at the midnight after, and a backup is locked until then.
    objectLock: args.objectLock && { mode: args.objectLock, days: args.objectLockDays ?? retentionDays + 1 },
    breakGlassPrincipal: args.breakGlassPrincipal,
    podIdentityCluster: args.podIdentityCluster,
    oidcProvider: args.oidcProvider,
    writers: (args.writerServiceAccounts ?? []).map(accountReference),
    readers: (args.readerServiceAccounts ?? []).map(accountReference),
    drills: (args.drillServiceAccounts ?? []).map(accountReference),
    replica: args.replica && { bucket: `${bucket}-copy`, ...args.replica },
  };
}
