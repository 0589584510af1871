import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources } from "../component-args.ts";
import { autonamed, identityOf, named } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { backupCronJob } from "./cron-job.ts";
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
  /** Longest time for a run with its retries, in minutes. Defaults to 240. A run over it is ended and fails. */
  deadlineMinutes?: number;
  /** What the dump may use. Defaults to 50m CPU, at most 1, and 64Mi memory, whatever the database's size; many thousand tables need more. */
  resources?: ContainerResources;
  /** What the upload may use. Defaults to 50m CPU, at most 1, and 96Mi memory, enough for 70 GiB; a run that needs more says how much. */
  uploadResources?: ContainerResources;
  /** Image with `pg_dump`, at least of the server's major version. Defaults to the catalogue's `postgres`. Give the server's. */
  image?: pulumi.Input<string>;
  /** Image with `rclone` and `sh`. Defaults to the catalogue's `objectStorageClient`. */
  clientImage?: pulumi.Input<string>;
}

/**
 * Dumps a database to a bucket on a schedule, and counts a dump as a backup only when it was read back from there, its checksum
 * was right and `pg_restore` could list it.
 *
 * Nothing is kept on a disk in between: one container dumps, another stores, and a pipe is between them. A backup is a pair of
 * objects, `<prefix>/<database>/<time>.dump` and the manifest `<time>.json` with checksum, length, versions and the moment whose
 * data it holds. Without a manifest an object is the rest of a run that failed. Such a run fails its Job, and the log says why.
 */
export class PostgresBackup extends pulumi.ComponentResource {
  /** Name of the CronJob; `kubectl create job --from=cronjob/<name> <job>` makes a backup now. */
  readonly cronJob: pulumi.Output<string>;

  constructor(name: string, args: PostgresBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:PostgresBackup", name, {}, opts);
    const spec = postgresBackupSpec(name, args);
    const identity = identityOf(name, "postgres-backup", "backup", args);
    const uses = [spec.database, spec.bucket, ...(spec.bucket.secretName === undefined ? [podIdentityAgent] : [])];
    const child = { parent: this };

    const scripts = new k8s.core.v1.ConfigMap(
      `${name}-scripts`,
      { metadata: autonamed(identity), data: { "dump.sh": script("dump.sh"), "upload.sh": script("upload.sh") } },
      child,
    );
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: named(identity), automountServiceAccountToken: false }, child);
    const policy = new k8s.networking.v1.NetworkPolicy(`${name}-policy`, workloadPolicy(identity, [], uses), child);
    admitClient(identity, uses, child);
    const cronJob = new k8s.batch.v1.CronJob(
      name,
      backupCronJob(identity, spec, scripts.metadata.name),
      // A schedule that comes up in the middle of an update must not start a pod without its account and its way out.
      { parent: this, dependsOn: [account, policy] },
    );
    this.cronJob = cronJob.metadata.name;
    this.registerOutputs({ cronJob: this.cronJob });
  }
}

/** Where EKS hands a pod its role, on the pod's own node; a pod without a key must reach it. */
const podIdentityAgent: ServiceBinding = {
  name: "pod-identity",
  namespace: "kube-system",
  host: "169.254.170.23",
  port: 80,
  cidrs: ["169.254.170.23/32"],
};

function script(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}
