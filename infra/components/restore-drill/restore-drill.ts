import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { publicKeyPem } from "../backup-tools/drill/evidence.ts";
import { toolsConfigMapData } from "../backup-tools/programs.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources } from "../component-args.ts";
import { autonamed, identityOf, named } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { drillCronJob, drillPrograms } from "./cron-job.ts";
import { restoreDrillSpec } from "./spec.ts";

/** A truth about the data, stated by whoever owns the service. */
export interface DataInvariant {
  /** What it says, such as `every visit is to a link`. It stands in evidence and alerts. */
  name: string;
  /** SQL that gives one value, `true` while it holds. It is asked in a transaction that can't write. */
  sql: string;
}

export interface RestoreDrillArgs extends ComponentArgs {
  /** Name of the database whose backups are drilled. */
  database: pulumi.Input<string>;
  /** The bucket with the rights of a drill: the `drillBinding` of a `BackupBucket` with this component's namespace as its `drillNamespace`. */
  bucket: ServiceBinding;
  /** When, as a cron expression in UTC, such as `47 4 * * *`. Some time after the backup. A change counts from the next run. */
  schedule: string;
  /** Size of the throw-away server's files, such as `10Gi`: at least twice the database's. On the node's own disk, and gone with the pod. */
  storage: string;
  /** Truths about the data that must hold in what was restored. Defaults to none. */
  invariants?: DataInvariant[];
  /** SQL that gives the version of the schema as one value, as for the backup. Defaults to none: it is not compared. */
  schemaVersionQuery?: string;
  /**
   * Whether a `WalArchive` keeps the database's log in the same bucket: in a share of its runs a drill then goes back to a moment. Defaults
   * to false. It takes memory for a recovery and room for its log, which too little is refused.
   */
  archived?: boolean;
  /**
   * For `archived`: share of the runs that go back to a moment at random instead of restoring an older dump, from 0 to 1. Defaults to a
   * third: with a daily drill no base backup of a week is further than two days from one that was brought forward, older dumps keep the
   * other two, and every weekday has its turn. The first run at which there is an archive takes a moment. A change counts from the next run.
   */
  momentShare?: number;
  /**
   * For `archived`: seconds of committed writes that a loss at the drilled moment may have cost at most, since they had not reached the
   * archive. Defaults to 900, after which `PostgresWalArchiveLag` speaks too; a segment is closed after at most 60.
   */
  momentObjectiveSeconds?: number;
  /**
   * For `archived`: SQL that gives the time of the newest row as one value, by a column that the server fills, such as
   * `SELECT max(created_at) FROM links`: no row may be newer than the moment. Defaults to none: only what the log says of itself counts.
   */
  newestRowQuery?: string;
  /** Key of encrypted backups, 64 hex digits, as `PostgresBackup` made it. Left out, only backups that are not encrypted can be restored. */
  encryptionKey?: pulumi.Input<string>;
  /** Streams, indexes and checks at a time. Defaults to 2. Give what a real restore would use: its time is what is measured. */
  parallel?: number;
  /** Longest time for a drill, in minutes. Defaults to 240. A drill over it is ended, and there is no evidence of it. */
  deadlineMinutes?: number;
  /** What it may use, server included. Defaults to 250m CPU, at most 2, and 768Mi memory. */
  resources?: ContainerResources;
  /** Image of the throw-away server. Defaults to the catalogue's `postgres`. Give that of the database's major version. */
  image?: pulumi.Input<string>;
  /** Image that lends its `node`. Defaults to the catalogue's. */
  nodeImage?: pulumi.Input<string>;
}

/**
 * Restores backups on a schedule, to know whether they can be restored, what a loss would cost, and how long it would last.
 *
 * Each run takes the newest backup, and one of the others at random, into a Postgres of its own in the same pod, which listens on no
 * network. Where the log is archived, every third run goes back to a moment at random instead of the other backup. It checks every table and index, row counts, the schema's version and the invariants, measures the time by phase, and
 * stores what it found, good or bad, as signed evidence beside the backups. The namespace should hold nothing else: no way leads from
 * it but to the bucket. All that was restored goes with the pod, however that ends.
 */
export class RestoreDrill extends pulumi.ComponentResource {
  /** Name of the CronJob; `kubectl create job --from=cronjob/<name> <job>` makes a drill now. */
  readonly cronJob: pulumi.Output<string>;
  /** Public key of the evidence, as PEM: by it anybody can verify what a drill found. */
  readonly publicKey: pulumi.Output<string>;

  constructor(name: string, args: RestoreDrillArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:RestoreDrill", name, {}, opts);
    const spec = restoreDrillSpec(name, args);
    const identity = identityOf(name, "restore-drill", "restore", args);
    const child = { parent: this };

    const seed = new random.RandomBytes(`${name}-signing-key`, { length: 32 }, child).hex;
    const files = { "signing-key": seed, ...(args.encryptionKey !== undefined && { "encryption-key": args.encryptionKey }) };
    const keys = new k8s.core.v1.Secret(`${name}-keys`, { metadata: autonamed(identity), stringData: files }, child);
    const programs = toolsConfigMapData(...drillPrograms);
    const tools = new k8s.core.v1.ConfigMap(`${name}-tools`, { metadata: autonamed(identity), data: programs }, child);
    const invariants = { "invariants.json": JSON.stringify(spec.invariants) };
    const questions = new k8s.core.v1.ConfigMap(`${name}-invariants`, { metadata: autonamed(identity), data: invariants }, child);
    const known = { ...named(identity), annotations: { ...identity.annotations, ...spec.bucket.accountAnnotations } };
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: known, automountServiceAccountToken: false }, child);
    const policy = new k8s.networking.v1.NetworkPolicy(`${name}-policy`, workloadPolicy(identity, [], [spec.bucket]), child);
    admitClient(identity, [spec.bucket], child);
    const mounted = { tools: tools.metadata.name, keys: keys.metadata.name, keyFiles: Object.keys(files), questions: questions.metadata.name };
    const cronJob = new k8s.batch.v1.CronJob(name, drillCronJob(identity, spec, mounted), { parent: this, dependsOn: [account, policy] });

    this.cronJob = cronJob.metadata.name;
    this.publicKey = pulumi.unsecret(seed.apply(publicKeyPem));
    this.registerOutputs({ cronJob: this.cronJob, publicKey: this.publicKey });
  }
}
