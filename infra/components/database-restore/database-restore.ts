import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { encryptionSecret } from "../backup-tools/encryption-secret.ts";
import { toolsConfigMapData } from "../backup-tools/programs.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources } from "../component-args.ts";
import { autonamed, identityOf, named } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { restoreJob, restoreTemplate } from "./jobs.ts";
import { restorePrograms } from "./pod.ts";
import { databaseRestoreSpec } from "./spec.ts";

export interface DatabaseRestoreArgs extends ComponentArgs {
  /** The database, with a login that makes databases: the `restoreBinding` of a `Postgres`. */
  database: ServiceBinding;
  /** Where the backups are, with the right to read: the `readerBinding` of a `BackupBucket`. */
  bucket: ServiceBinding;
  /**
   * What to bring back while the stack comes up: `latest`, a backup's name, or a moment in ISO 8601, which means the newest backup
   * whose data are not younger. It goes into an empty database; one that holds tables is left alone, so a change restores nothing
   * over data. Left out, nothing is brought back, and there is a template from which `npm run restore` makes its Jobs.
   */
  backup?: string;
  /**
   * Room for the files of a server that replays the log which a `WalArchive` has brought into the bucket, such as `20Gi`: as much as the
   * database's own volume. Given, `latest` means the newest data that the log or a dump has, and a moment means that moment, not the
   * dump before it. The image must be of the lost server's major version. Needs `backup`. Left out, dumps alone are restored.
   */
  recoveryStorage?: string;
  /** Key of encrypted backups, 64 hex digits, as `PostgresBackup` made it. Left out, only backups that are not encrypted can be restored. */
  encryptionKey?: pulumi.Input<string>;
  /** SQL that gives the version of the schema as one value, as for the backup. It stands in a person's comparison. Defaults to none. */
  schemaVersionQuery?: string;
  /** Streams, and then indexes, at a time. Defaults to 2. More is faster on a server with more processors and disks. */
  parallel?: number;
  /** Longest time for a restore with its retries, in minutes. Defaults to 240. A restore over it is taken away and fails. */
  deadlineMinutes?: number;
  /**
   * What a restore may use. Defaults to 100m CPU, at most 2, 160Mi memory and 128Mi for the schema, whatever the database's size; with
   * `recoveryStorage` 384Mi memory more.
   */
  resources?: ContainerResources;
  /** Image with `pg_restore` and `psql`, at least of the backup's major version. Defaults to the catalogue's `postgres`. Give the server's. */
  image?: pulumi.Input<string>;
  /** Image that lends its `node`. Defaults to the catalogue's. */
  nodeImage?: pulumi.Input<string>;
}

/**
 * Brings a database back from its backups: into the empty database of a new service while it comes up, or by a person's hand
 * beside a running one.
 *
 * A backup is restored into a database of its own, which takes the place of the other one in a single transaction when every chunk
 * was the one that was stored and the rows are as many as they were. So a restore that fails, or is killed, has changed nothing.
 * The database's comment says what it was restored from.
 */
export class DatabaseRestore extends pulumi.ComponentResource {
  /** Name of the template of restores by hand: a CronJob that never runs by itself. Undefined with `backup`. */
  readonly template: pulumi.Output<string> | undefined;

  constructor(name: string, args: DatabaseRestoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:DatabaseRestore", name, {}, opts);
    const spec = databaseRestoreSpec(name, args);
    const identity = identityOf(name, "database-restore", "restore", args);
    const uses = [spec.database, spec.bucket];
    const child = { parent: this };

    const tools = new k8s.core.v1.ConfigMap(`${name}-tools`, { metadata: autonamed(identity), data: toolsConfigMapData(...restorePrograms(spec)) }, child);
    const key = args.encryptionKey ? new k8s.core.v1.Secret(`${name}-key`, encryptionSecret(identity, args.encryptionKey), child) : undefined;
    const known = { ...named(identity), annotations: { ...identity.annotations, ...spec.bucket.accountAnnotations } };
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: known, automountServiceAccountToken: false }, child);
    const policy = new k8s.networking.v1.NetworkPolicy(`${name}-policy`, workloadPolicy(identity, [], uses), child);
    admitClient(identity, uses, child);
    const mounted = { tools: tools.metadata.name, key: key?.metadata.name };
    const first = { parent: this, dependsOn: [account, policy] };
    if (spec.backup === undefined) {
      this.template = new k8s.batch.v1.CronJob(name, restoreTemplate(identity, spec, mounted), first).metadata.name;
    } else {
      // Just before the deadline: when the Job reaches it, its pods are deleted, and with them the reason.
      const wait = `${spec.deadlineMinutes * 60 - 5}s`;
      new k8s.batch.v1.Job(name, restoreJob(identity, spec, spec.backup, mounted), { ...first, customTimeouts: { create: wait, update: wait } });
    }
    this.registerOutputs({ template: this.template });
  }
}
