import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources } from "../component-args.ts";
import { disruptionBudget } from "../kubernetes/budget.ts";
import { autonamed, identityOf, named, part, selectorLabels } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { type AccessKeyFiles, makeAwsAccess } from "./aws-access.ts";
import { makeAwsBucket } from "./aws-bucket.ts";
import { accountsFile, bucketJob, storeAccounts, storePort, storeRegion, storeStatefulSet } from "./in-cluster-store.ts";
import { type AwsBucketSpec, type BackupBucketSpec, backupBucketSpec, type InClusterStoreSpec } from "./spec.ts";

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
  /** Days of the lock, at least `retentionDays`. Defaults to `retentionDays`. A change counts for new backups. */
  objectLockDays?: number;
  /** The one role or user, by ARN, that may delete a version for good. Defaults to nobody: then the policy has to be changed first, which shows. */
  breakGlassPrincipal?: string;
  /** Name of the EKS cluster whose Pod Identity gives pods their role. Left out, two IAM users get an access key each, kept in Secrets. */
  podIdentityCluster?: string;
  /** Service accounts of this namespace that may store backups, by Pod Identity: the name of each `PostgresBackup`. They may read their prefix back too. */
  writerServiceAccounts?: string[];
  /** Service accounts of this namespace that may read backups, by Pod Identity. Defaults to none. */
  readerServiceAccounts?: string[];
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
  /** For the store `aws`. */
  aws?: AwsBucketArgs;
  /** For the store `inCluster`. */
  inCluster?: InClusterStoreArgs;
}

/**
 * A bucket for backups, and two identities: one that stores and one that reads.
 *
 * On AWS it is versioned, encrypted with a key of its own, closed to the public, locked by choice, and its accesses are logged.
 * The writer can't read or delete, the reader can't store. In the cluster it is one pod with a volume; there the writer owns the
 * bucket, since the store expires nothing by itself and a backup job has to remove what is older than `retentionDays`.
 */
export class BackupBucket extends pulumi.ComponentResource {
  /** For what stores backups. Settings: `endpoint`, `region`, `bucket`, `prefix`, `provider`, and `kmsKey` or `expireDays`. */
  readonly binding: ServiceBinding;
  /** For what reads backups: the same place with the other identity. Its name ends in `-reader`. */
  readonly readerBinding: ServiceBinding;

  constructor(name: string, args: BackupBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:BackupBucket", name, {}, opts);
    const spec = backupBucketSpec(name, args);
    const [writer, reader] = spec.aws ? makeAws(name, args, spec, spec.aws, this) : makeInCluster(name, args, spec, spec.inCluster!, this);
    this.binding = writer;
    this.readerBinding = reader;
    this.registerOutputs({ binding: this.binding, readerBinding: this.readerBinding });
  }
}

type Bindings = [writer: ServiceBinding, reader: ServiceBinding];

function makeAws(name: string, args: BackupBucketArgs, spec: BackupBucketSpec, aws: AwsBucketSpec, parent: pulumi.Resource): Bindings {
  const made = makeAwsBucket(name, spec, aws, args.labels, parent);
  const access = makeAwsAccess(name, spec, aws, made, args.namespace, args.labels, parent);
  const host = `s3.${aws.region}.amazonaws.com`;
  const endpoint: ServiceBinding = {
    name,
    namespace: args.namespace,
    host,
    port: 443,
    // S3 has thousands of changing addresses, which a NetworkPolicy can't name.
    cidrs: ["0.0.0.0/0"],
    settings: {
      bucket: pulumi.all([made.bucket, ...access.ready]).apply(([bucket]) => bucket!),
      endpoint: `https://${host}`,
      kmsKey: made.keyArn,
      prefix: spec.prefix,
      provider: "AWS",
      region: aws.region,
    },
  };
  return bindingsOf(name, args, endpoint, access.writerKey, access.readerKey, parent);
}

function makeInCluster(name: string, args: BackupBucketArgs, spec: BackupBucketSpec, store: InClusterStoreSpec, parent: pulumi.Resource): Bindings {
  const opts = { parent };
  const identity = part(identityOf(name, "backup-bucket", "object-store", args), "store", "object-store");
  const at = identity.name;
  const secretOf = (login: string) => new random.RandomPassword(`${name}-${login}-secret`, { length: 40, special: false }, opts).result;
  const secrets = { root: secretOf("root"), writer: secretOf("writer"), reader: secretOf("reader") };
  const accounts = new k8s.core.v1.Secret(
    `${at}-accounts`,
    {
      metadata: autonamed(identity),
      stringData: {
        root: secrets.root,
        "users.json": pulumi.all([secrets.writer, secrets.reader]).apply(([writer, reader]) => accountsFile({ writer, reader })),
      },
    },
    opts,
  );
  new k8s.core.v1.ServiceAccount(`${at}-account`, { metadata: named(identity), automountServiceAccountToken: false }, opts);
  new k8s.networking.v1.NetworkPolicy(`${at}-policy`, workloadPolicy(identity, [], []), opts);
  const server = new k8s.apps.v1.StatefulSet(at, storeStatefulSet(identity, store, spec.protect, accounts.metadata.name), { parent, protect: spec.protect });
  new k8s.policy.v1.PodDisruptionBudget(`${at}-budget`, disruptionBudget(identity), opts);
  const service = new k8s.core.v1.Service(
    at,
    {
      metadata: named(identity),
      spec: { type: "ClusterIP", selector: selectorLabels(identity), ports: [{ name: "s3", port: storePort, targetPort: "s3", protocol: "TCP" }] },
    },
    { parent, dependsOn: server },
  );
  // With its namespace, since a restore drill looks from another one.
  const host = pulumi.interpolate`${service.metadata.name}.${args.namespace}`;
  const endpoint: ServiceBinding = { name, namespace: args.namespace, host, port: storePort, podSelector: selectorLabels(identity) };

  const setup = part(identity, "bucket", "setup");
  new k8s.core.v1.ServiceAccount(`${setup.name}-account`, { metadata: named(setup), automountServiceAccountToken: false }, opts);
  new k8s.networking.v1.NetworkPolicy(`${setup.name}-policy`, workloadPolicy(setup, [], [endpoint]), opts);
  admitClient(setup, [endpoint], opts);
  const url = pulumi.interpolate`http://${host}:${storePort}`;
  const job = new k8s.batch.v1.Job(
    setup.name,
    bucketJob(setup, { image: store.image, endpoint: url, bucket: spec.bucket, secret: accounts.metadata.name }),
    opts,
  );

  const ready: ServiceBinding = {
    ...endpoint,
    settings: {
      bucket: job.id.apply(() => spec.bucket),
      endpoint: url,
      expireDays: `${spec.retentionDays}`,
      prefix: spec.prefix,
      provider: "Other",
      region: storeRegion,
    },
  };
  const key = (login: "writer" | "reader"): AccessKeyFiles => ({ "access-key-id": pulumi.output(storeAccounts[login]), "secret-access-key": secrets[login] });
  return bindingsOf(name, args, ready, key("writer"), key("reader"), parent);
}

function bindingsOf(
  name: string,
  args: BackupBucketArgs,
  endpoint: ServiceBinding,
  writerKey: AccessKeyFiles | undefined,
  readerKey: AccessKeyFiles | undefined,
  parent: pulumi.Resource,
): Bindings {
  const identity = identityOf(name, "backup-bucket", "object-store", args);
  const login = (binding: ServiceBinding, key: AccessKeyFiles | undefined): ServiceBinding => {
    if (!key) return binding;
    const secret = new k8s.core.v1.Secret(`${binding.name}-key`, { metadata: autonamed(identity), stringData: key }, { parent });
    return { ...binding, secretName: secret.metadata.name, secretFiles: ["access-key-id", "secret-access-key"] };
  };
  return [login(endpoint, writerKey), login({ ...endpoint, name: `${name}-reader` }, readerKey)];
}
