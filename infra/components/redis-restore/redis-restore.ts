import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { encryptionSecret } from "../backup-tools/encryption-secret.ts";
import { toolsConfigMapData } from "../backup-tools/programs.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs } from "../component-args.ts";
import { autonamed, identityOf, named } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { restoreJob, restoreProgram, restoreTemplate } from "./jobs.ts";
import { redisRestoreSpec } from "./spec.ts";

export interface RedisRestoreArgs extends ComponentArgs {
  /** The Redis, with a login that brings keys back: the `restoreBinding` of a `Redis` for state. */
  redis: ServiceBinding;
  /** Most memory for data of that Redis, as its `maxMemory`: the job has that much in memory once, and on its scratch disk once. */
  maxMemory: string;
  /** Where the backups are, with the right to read: the `readerBinding` of a `BackupBucket`. */
  bucket: ServiceBinding;
  /**
   * What to bring back while the stack comes up: `latest`, a backup's name, or a moment in ISO 8601, which means the newest backup whose
   * data are not younger. The name of another backup, such as the database's, stands for its moment. It goes into an empty server; one that
   * holds keys is left alone, and where there is no backup at all it starts empty. Left out, nothing is brought back, and there is a
   * template for restores by hand, which bring what is missing to a running server.
   */
  backup?: string;
  /** Key of encrypted backups, 64 hex digits, as it was given to the `RedisBackup`. Left out, only backups that are not encrypted can be restored. */
  encryptionKey?: pulumi.Input<string>;
  /** Longest time for a restore with its retries, in minutes. Defaults to 60. */
  deadlineMinutes?: number;
  /** Image with `redis-server`, at least of the version that was backed up. Defaults to the catalogue's `redis`. Give the server's. */
  image?: pulumi.Input<string>;
  /** Image that lends its `node`. Defaults to the catalogue's. */
  nodeImage?: pulumi.Input<string>;
}

/**
 * Brings the keys of a Redis back from its backups, each with the moment at which it runs out. Nothing that is there is replaced, so it
 * can be repeated; a run that was cut off is gone on with.
 */
export class RedisRestore extends pulumi.ComponentResource {
  /** Name of the template of restores by hand: a CronJob that never runs by itself. Undefined with `backup`. */
  readonly template: pulumi.Output<string> | undefined;

  constructor(name: string, args: RedisRestoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:RedisRestore", name, {}, opts);
    const spec = redisRestoreSpec(name, args);
    const identity = identityOf(name, "redis-restore", "restore", args);
    const uses = [spec.redis, spec.bucket];
    const child = { parent: this };

    const tools = new k8s.core.v1.ConfigMap(`${name}-tools`, { metadata: autonamed(identity), data: toolsConfigMapData(restoreProgram) }, child);
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
