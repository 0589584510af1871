import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { encryptionSecret } from "../backup-tools/encryption-secret.ts";
import { toolsConfigMapData } from "../backup-tools/programs.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources } from "../component-args.ts";
import { autonamed, identityOf, named } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { backupCronJob, backupProgram } from "./cron-job.ts";
import { postgresBackupSpec } from "./spec.ts";

export interface PostgresBackupArgs extends ComponentArgs {
  /** The database, with a login that reads everything: the `backupBinding` of a `Postgres`. */
  database: ServiceBinding;
  /** Where to store: the `binding` of a `BackupBucket`. */
  bucket: ServiceBinding;
  /** The same place with the right to read, to verify what was stored: the `readerBinding` of that `BackupBucket`. */
  bucketReader: ServiceBinding;
  /** When, as a cron expression in UTC, such as `17 3 * * *`. What was written since the last run is what a loss costs. A change counts from the next run. */
  schedule: string;
  /**
   * SQL that gives the version of the schema as one value, such as `SELECT max(version) FROM schema_migrations`; it stands in the
   * manifest, so that a restore knows which release fits. Defaults to none.
   */
  schemaVersionQuery?: string;
  /**
   * How many tables are dumped at a time, from 1 to 8. Defaults to 2. Each takes a connection, about 12Mi in the server and, with its
   * chunks, 30Mi of `resources.memory`. A change counts from the next run.
   */
  parallel?: number;
  /**
   * Key that backups are encrypted with before they leave the pod (AES-256-GCM): 64 hex digits, such as `RandomBytes.hex`. Defaults to
   * none: then the store alone encrypts. Whoever loses the key loses the backups. A change counts for new backups; old ones need the old key.
   */
  encryptionKey?: pulumi.Input<string>;
  /** Longest time for a run with its retries, in minutes. Defaults to 240. A run over it is ended and fails. */
  deadlineMinutes?: number;
  /** What a run may use. Defaults to 100m CPU, at most 2, and 128Mi memory for two tables at a time, whatever the database's size; each further one needs 30Mi. */
  resources?: ContainerResources;
  /** Image with `pg_dump`, `pg_restore` and `psql`, at least of the server's major version. Defaults to the catalogue's `postgres`. Give the server's. */
  image?: pulumi.Input<string>;
  /** Image with `node`, at least 22, which is lent to the pod. Defaults to the catalogue's `node`. */
  nodeImage?: pulumi.Input<string>;
}

/**
 * Dumps a database to a bucket on a schedule, several tables at a time from one snapshot, and counts that as a backup only when every
 * part was read back from the bucket, its checksum was right and `pg_restore` understood the schema.
 *
 * Nothing is kept on a disk in between: a dump is cut into chunks of 8 MiB, of which two a table are in memory. The manifest
 * `<prefix>/<database>/manifests/<id>.json` is stored last. What has none is the rest of a run that failed; the run's Job fails with
 * it, and its last words say why. Where the store expires nothing by itself, a run removes such rests and what is too old.
 */
export class PostgresBackup extends pulumi.ComponentResource {
  /** Name of the CronJob; `kubectl create job --from=cronjob/<name> <job>` makes a backup now. */
  readonly cronJob: pulumi.Output<string>;

  constructor(name: string, args: PostgresBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:PostgresBackup", name, {}, opts);
    const spec = postgresBackupSpec(name, args);
    const identity = identityOf(name, "postgres-backup", "backup", args);
    const uses = [spec.database, spec.bucket];
    const child = { parent: this };

    const tools = new k8s.core.v1.ConfigMap(`${name}-tools`, { metadata: autonamed(identity), data: toolsConfigMapData(backupProgram) }, child);
    const key = args.encryptionKey === undefined ? undefined : new k8s.core.v1.Secret(`${name}-key`, encryptionSecret(identity, args.encryptionKey), child);
    const known = { ...named(identity), annotations: { ...identity.annotations, ...spec.bucket.accountAnnotations } };
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: known, automountServiceAccountToken: false }, child);
    const policy = new k8s.networking.v1.NetworkPolicy(`${name}-policy`, workloadPolicy(identity, [], uses), child);
    admitClient(identity, uses, child);
    const cronJob = new k8s.batch.v1.CronJob(
      name,
      backupCronJob(identity, spec, { tools: tools.metadata.name, key: key?.metadata.name }),
      // A schedule that comes up in the middle of an update must not start a pod without its account and its way out.
      { parent: this, dependsOn: [account, policy] },
    );
    this.cronJob = cronJob.metadata.name;
    this.registerOutputs({ cronJob: this.cronJob });
  }
}
