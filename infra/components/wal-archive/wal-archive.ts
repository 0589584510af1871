import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { encryptionSecret } from "../backup-tools/encryption-secret.ts";
import { toolsConfigMapData } from "../backup-tools/programs.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources, Monitoring } from "../component-args.ts";
import { makeExporter } from "../exporter/exporter.ts";
import { autonamed, type Identity, identityOf, named, part } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { baseBackupCronJob } from "./base-backup-job.ts";
import { archivePrograms, archiverPod, statusPort } from "./pod.ts";
import { recoveryCronJob, recoveryPrograms } from "./recovery-job.ts";
import { walArchiveSpec } from "./spec.ts";

export interface WalArchiveArgs extends ComponentArgs {
  /** The server with a login that copies its log: the `archiveBinding` of a `Postgres` that is `archived`. */
  database: ServiceBinding;
  /** Where to store: the `binding` of a `BackupBucket`. */
  bucket: ServiceBinding;
  /** The same place with the right to read, to verify what was stored: the `readerBinding` of that `BackupBucket`. */
  bucketReader: ServiceBinding;
  /** When a base backup is made, as a cron expression in UTC. Defaults to `41 1 * * *`, daily: a recovery replays what was written since. The first is made at once. */
  baseSchedule?: string;
  /** SQL that gives the version of the schema as one value; it stands in the manifest of a base backup. Defaults to none. */
  schemaVersionQuery?: string;
  /** Size of the volume that a recovery fills, such as `20Gi`: that of the server's own. A change counts from the next recovery. */
  recoveryStorage: string;
  /** Key that is used before anything leaves the pod (AES-256-GCM): 64 hex digits. Defaults to none. A change counts for what is stored from then on; what is there needs the old key. */
  encryptionKey?: pulumi.Input<string>;
  /** How Prometheus reaches what the archive says of itself. */
  monitoring: Monitoring;
  /** What the archive may use. Defaults to 20m CPU, at most 1, and 224Mi memory: it holds a segment, and makes the first base backup beside it. A change restarts it. */
  resources?: ContainerResources;
  /** Image with Postgres' programs, of the server's major version. Defaults to the catalogue's `postgres`. Give the server's. */
  image?: pulumi.Input<string>;
  /** Image with `node`, at least 22, which is lent to the pods. Defaults to the catalogue's `node`. */
  nodeImage?: pulumi.Input<string>;
}

/**
 * Archives a server's log to a bucket as it is written, and a copy of its files on a schedule: together they bring the server back to
 * any moment in between.
 *
 * The server keeps its log until a segment was read back from the bucket, so a pod that is killed, a bucket that is away and a disk
 * that is full lose nothing. Beyond `max_slot_wal_keep_size` the server helps itself: then the log has a hole, and a base backup is
 * made at once from which there are moments again.
 */
export class WalArchive extends pulumi.ComponentResource {
  /** Name of the Service, and so the `job` label of its series. */
  readonly job: pulumi.Output<string>;
  /** Name of the CronJob that makes base backups. */
  readonly cronJob: pulumi.Output<string>;
  /** Name of the suspended CronJob from which a recovery is started; docs/point-in-time.md has the command. */
  readonly recovery: pulumi.Output<string>;

  constructor(name: string, args: WalArchiveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:WalArchive", name, {}, opts);
    const spec = walArchiveSpec(name, args);
    const identity = identityOf(name, "wal-archive", "backup", args);
    const child = { parent: this };
    const uses = [spec.database, spec.bucket];

    const tools = new k8s.core.v1.ConfigMap(`${name}-tools`, { metadata: autonamed(identity), data: toolsConfigMapData(...archivePrograms) }, child);
    const key = args.encryptionKey === undefined ? undefined : new k8s.core.v1.Secret(`${name}-key`, encryptionSecret(identity, args.encryptionKey), child);
    const mounted = { tools: tools.metadata.name, key: key?.metadata.name };
    this.job = makeExporter(identity, { ...args, port: statusPort, uses }, archiverPod(identity, spec, mounted), this);

    const base = part(identity, "base", "backup");
    this.cronJob = scheduled(base, uses, baseBackupCronJob(base, spec, mounted), child);

    const recover = part(identity, "recover", "backup");
    const recoveryTools = new k8s.core.v1.ConfigMap(
      `${recover.name}-tools`,
      { metadata: autonamed(recover), data: toolsConfigMapData(...recoveryPrograms) },
      child,
    );
    // It reads the bucket and nothing else: not even the server from which the log came.
    this.recovery = scheduled(
      recover,
      [spec.bucketReader],
      recoveryCronJob(recover, spec, { tools: recoveryTools.metadata.name, key: key?.metadata.name }),
      child,
    );
    this.registerOutputs({ job: this.job, cronJob: this.cronJob, recovery: this.recovery });
  }
}

/** A CronJob with its account and its ways out, which must be there before its first pod. */
function scheduled(
  identity: Identity,
  uses: readonly ServiceBinding[],
  args: k8s.batch.v1.CronJobArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const annotations = Object.assign({}, identity.annotations, ...uses.map(({ accountAnnotations }) => accountAnnotations));
  const account = new k8s.core.v1.ServiceAccount(
    `${identity.name}-account`,
    { metadata: { ...named(identity), annotations }, automountServiceAccountToken: false },
    opts,
  );
  const policy = new k8s.networking.v1.NetworkPolicy(`${identity.name}-policy`, workloadPolicy(identity, [], uses), opts);
  admitClient(identity, uses, opts);
  return new k8s.batch.v1.CronJob(identity.name, args, { ...opts, dependsOn: [account, policy] }).metadata.name;
}
