import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { encryptionSecret } from "../backup-tools/encryption-secret.ts";
import { toolsConfigMapData } from "../backup-tools/programs.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs } from "../component-args.ts";
import { autonamed, identityOf, named } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { backupCronJob, backupProgram } from "./cron-job.ts";
import { redisBackupSpec } from "./spec.ts";

export interface RedisBackupArgs extends ComponentArgs {
  /** The Redis, with a login that copies everything and can do nothing else: the `backupBinding` of a `Redis` for state. */
  redis: ServiceBinding;
  /** Most memory for data of that Redis, as its `maxMemory`: the job has that much in memory once, and on its scratch disk once. */
  maxMemory: string;
  /** Where to store: the `binding` of a `BackupBucket`. */
  bucket: ServiceBinding;
  /** The same place with the right to read, to load what was stored: the `readerBinding` of that `BackupBucket`. */
  bucketReader: ServiceBinding;
  /** When, as a cron expression in UTC, such as `47 3 * * *`. A change counts from the next run. */
  schedule: string;
  /** Key that encrypts backups before they leave the pod, 64 hex digits. Defaults to none. A change counts for new backups; keep the old key for the old ones. */
  encryptionKey?: pulumi.Input<string>;
  /** Longest time for a run with its retries, in minutes. Defaults to 60. A run over it is ended and fails. */
  deadlineMinutes?: number;
  /** Image with `redis-server`, at least of the server's version. Defaults to the catalogue's `redis`. Give the server's. */
  image?: pulumi.Input<string>;
  /** Image that lends its `node`. Defaults to the catalogue's. */
  nodeImage?: pulumi.Input<string>;
}

/**
 * Copies a Redis to a bucket on a schedule. The copy is of one moment, as a replica gets it. It counts as a backup only when it was
 * fetched back by the reader and a redis-server of the job's own has loaded it; then its manifest is written, with the number of keys.
 *
 * For a Redis whose data can't be had again. A server with a volume survives restarts and nodes by itself; a backup is for the volume's
 * loss, for a mistake in the data, and for another cluster.
 */
export class RedisBackup extends pulumi.ComponentResource {
  /** Name of the CronJob; `kubectl create job --from=cronjob/<name> <job>` makes a backup now. */
  readonly cronJob: pulumi.Output<string>;

  constructor(name: string, args: RedisBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:RedisBackup", name, {}, opts);
    const spec = redisBackupSpec(name, args);
    const identity = identityOf(name, "redis-backup", "backup", args);
    const uses = [spec.redis, spec.bucket];
    const child = { parent: this };

    const tools = new k8s.core.v1.ConfigMap(`${name}-tools`, { metadata: autonamed(identity), data: toolsConfigMapData(backupProgram) }, child);
    const key = args.encryptionKey ? new k8s.core.v1.Secret(`${name}-key`, encryptionSecret(identity, args.encryptionKey), child) : undefined;
    const known = { ...named(identity), annotations: { ...identity.annotations, ...spec.bucket.accountAnnotations } };
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: known, automountServiceAccountToken: false }, child);
    const policy = new k8s.networking.v1.NetworkPolicy(`${name}-policy`, workloadPolicy(identity, [], uses), child);
    admitClient(identity, uses, child);
    const mounted = { tools: tools.metadata.name, key: key?.metadata.name };
    // A schedule that comes up in the middle of an update must not start a pod without its account and its way out.
    const cronJob = new k8s.batch.v1.CronJob(name, backupCronJob(identity, spec, mounted), { parent: this, dependsOn: [account, policy] });
    this.cronJob = cronJob.metadata.name;
    this.registerOutputs({ cronJob: this.cronJob });
  }
}
