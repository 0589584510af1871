import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources } from "../component-args.ts";
import { makeAwsAccess } from "./aws-access.ts";
import { makeAwsBucket } from "./aws-bucket.ts";
import type { AwsBucketSpec } from "./aws-spec.ts";
import { type Bindings, bindingsOf } from "./bindings.ts";
import { makeInClusterBucket } from "./in-cluster-bucket.ts";
import { type BackupBucketSpec, backupBucketSpec } from "./spec.ts";

/** Where backups are kept. */
export const BackupStore = {
  /** Amazon S3, outside the cluster and beyond its faults. */
  aws: "aws",
  /** An S3 gateway before a volume of the same cluster: for development, where losing the cluster loses nothing of worth. */
  inCluster: "inCluster",
} as const;
export type BackupStore = (typeof BackupStore)[keyof typeof BackupStore];

/** Who may delete a backup before its time. */
export const ObjectLock = {
  /** Whoever has the right to bypass the lock; this bucket's policy leaves it to the break-glass principal. */
  governance: "governance",
  /** Nobody, not even the account's root user. A mistake in the days can't be taken back either. */
  compliance: "compliance",
} as const;
export type ObjectLock = (typeof ObjectLock)[keyof typeof ObjectLock];

/** What an S3 bucket needs beyond its name. */
export interface AwsBucketArgs {
  /** Region of the bucket and its key, such as `eu-central-1`. A change makes new, empty ones. */
  region: string;
  /** Whether backups are locked, and for whom. Defaults to no lock. Choose it at the start: a change makes a new bucket. */
  objectLock?: ObjectLock;
  /** Days of the lock, at least `retentionDays`. Defaults to one more than that, since S3 expires at the midnight after. A change counts for new backups. */
  objectLockDays?: number;
  /** The one role or user, by ARN, that may delete backups and end their key. Defaults to nobody: then the policies have to be changed first, which shows. */
  breakGlassPrincipal?: string;
  /** Name of the EKS cluster whose Pod Identity gives pods their role. Without it and `oidcProvider`, each identity gets an access key, kept in a Secret. */
  podIdentityCluster?: string;
  /**
   * ARN of the account's OIDC provider for the cluster, such as `arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABCD`:
   * pods get their role for their service account's token (IRSA). For Fargate and clusters outside EKS, where there is no Pod Identity.
   */
  oidcProvider?: string;
  /** Service accounts that may store backups, each `name` of this namespace or `namespace/name`. They may read their prefix back too. Defaults to none. */
  writerServiceAccounts?: string[];
  /** Service accounts that may read backups, named likewise. Defaults to none. */
  readerServiceAccounts?: string[];
  /** Service accounts of restore drills, named likewise but by default of `drillNamespace`: they read backups and store evidence. Defaults to none. */
  drillServiceAccounts?: string[];
  /** A copy of every backup in another region. Defaults to none. When added, backups from then on are copied. */
  replica?: AwsReplicaArgs;
}

/** A second bucket, as hardened as the first, to which S3 copies every backup within minutes. Deletions are not copied. */
export interface AwsReplicaArgs {
  /** Region of the copy, not the bucket's own. A change makes a new, empty copy. */
  region: string;
  /** Name of the copy's bucket, unique in the world. Defaults to the bucket's with `-copy`. A change makes a new, empty copy. */
  bucket?: string;
  /** ARN of a role in another account that Pulumi takes on to make the copy there, out of reach of whoever takes over the first. Defaults to the same account. */
  assumeRole?: string;
}

/** What the store inside the cluster needs. */
export interface InClusterStoreArgs {
  /** Size of its volume, such as `2Gi`: all backups of the retention time, and one more. */
  storage: string;
  /** Storage class of the volume. Defaults to the cluster's own. A change needs the StatefulSet made anew, and loses the backups. */
  storageClass?: string;
  /** What it may use. Defaults to 20m CPU and 96Mi memory: it only passes bytes on. A change restarts it. */
  resources?: ContainerResources;
  /** Image of the store. Defaults to the catalogue's `objectStore`. A change restarts it. */
  image?: pulumi.Input<string>;
  /** Image with Node, for the Job that makes the bucket. Defaults to the catalogue's `node`. A change runs it again, which changes nothing. */
  nodeImage?: pulumi.Input<string>;
}

export interface BackupBucketArgs extends ComponentArgs {
  /** Where backups are kept. A change makes a new, empty bucket; the old one stays if it is protected. */
  store: BackupStore;
  /** Name of the bucket; on AWS unique in the world. A change makes a new, empty bucket. */
  bucket: string;
  /** What every key begins with. The two identities see nothing else. Defaults to `backups`. A change leaves the old backups where they are, unseen. */
  prefix?: string;
  /** Days that a backup stays. A change counts for the backups already there too, except those that a lock holds. */
  retentionDays: number;
  /** Keeps the backups: Pulumi refuses to delete them, and they outlive the stack. Defaults to false: they go with the stack. */
  protect?: boolean;
  /** Namespace of the restore drill, where its login is kept. Defaults to the namespace of the bucket. A change moves the login. */
  drillNamespace?: pulumi.Input<string>;
  /** For the store `aws`. */
  aws?: AwsBucketArgs;
  /** For the store `inCluster`. */
  inCluster?: InClusterStoreArgs;
}

/**
 * A bucket for backups, and three identities: one that stores, one that reads, and one of restore drills.
 *
 * On AWS it is versioned, encrypted with a key of its own, closed to the public, locked and copied to a second region by choice, and
 * its accesses are logged. The writer can't read or delete, the reader can't store, the drill stores its evidence alone. In the cluster it is one pod with a volume and
 * the same rights; only that the writer removes what is older than `retentionDays`, since the store expires nothing by itself.
 */
export class BackupBucket extends pulumi.ComponentResource {
  /** For what stores backups. Settings: `endpoint`, `region`, `bucket`, `prefix`, `provider`, and `kmsKey` or `expireDays`. */
  readonly binding: ServiceBinding;
  /** For what reads backups: the same place with the other identity. Its name ends in `-reader`. */
  readonly readerBinding: ServiceBinding;
  /** For a restore drill: reads backups, and stores its evidence under `<prefix>/<database>/drills/`. Its name ends in `-drill`. */
  readonly drillBinding: ServiceBinding;

  constructor(name: string, args: BackupBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:BackupBucket", name, {}, opts);
    const spec = backupBucketSpec(name, args);
    const { writer, reader, drill } = spec.aws
      ? makeAwsBindings(name, args, spec, spec.aws, this)
      : makeInClusterBucket(name, args, spec, spec.inCluster!, this);
    this.binding = writer;
    this.readerBinding = reader;
    this.drillBinding = drill;
    this.registerOutputs({ binding: this.binding, readerBinding: this.readerBinding, drillBinding: this.drillBinding });
  }
}

/** The agent of EKS Pod Identity, on each node. https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html */
const podIdentityAgent = { cidrs: ["169.254.170.23/32"], port: 80 };

function makeAwsBindings(name: string, args: BackupBucketArgs, spec: BackupBucketSpec, aws: AwsBucketSpec, parent: pulumi.Resource): Bindings {
  const made = makeAwsBucket(name, spec, aws, args.labels, parent);
  const access = makeAwsAccess(name, spec, aws, made, args, parent);
  const host = `s3.${aws.region}.amazonaws.com`;
  const endpoint: ServiceBinding = {
    name,
    namespace: args.namespace,
    host,
    port: 443,
    // S3 has thousands of changing addresses, which a NetworkPolicy can't name.
    cidrs: ["0.0.0.0/0"],
    alsoReaches: aws.podIdentityCluster === undefined ? undefined : [podIdentityAgent],
    settings: {
      bucket: pulumi.all([made.bucket, ...access.ready]).apply(([bucket]) => bucket!),
      endpoint: `https://${host}`,
      kmsKey: made.keyArn,
      prefix: spec.prefix,
      provider: "AWS",
      region: aws.region,
    },
  };
  return bindingsOf(name, args, endpoint, access, parent);
}
