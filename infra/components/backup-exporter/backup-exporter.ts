import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import { toolsConfigMapData } from "../backup-tools/programs.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources, Monitoring } from "../component-args.ts";
import { makeExporter } from "../exporter/exporter.ts";
import { autonamed, identityOf } from "../kubernetes/identity.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import { backupExporterPod, exporterPort } from "./pod.ts";

export interface BackupExporterArgs extends ComponentArgs {
  /** The bucket with the right to read: the `readerBinding` of a `BackupBucket`. */
  bucketReader: ServiceBinding;
  /** How Prometheus reaches it. */
  monitoring: Monitoring;
  /** Public key by which drills are believed: the `publicKey` of a `RestoreDrill`. Left out, nothing is said about drills. */
  drillPublicKey?: pulumi.Input<string>;
  /** Seconds between two looks at the bucket. Defaults to 60: a listing of 10,000 objects is ten requests. A change restarts it. */
  lookSeconds?: number;
  /** What it may use. Defaults to 10m CPU, at most 500m, and 128Mi memory: enough for manifests of a terabyte. */
  resources?: ContainerResources;
  /** Image with Node. Defaults to the catalogue's `node`. */
  image?: pulumi.Input<string>;
}

/**
 * Reports what really lies in a bucket of backups: the age, size and damage of each database's backups, and what drills found that
 * restored them. It believes neither a Job that says it has made a backup nor evidence that this stack has not signed.
 *
 * A scrape never waits for the bucket. When the bucket can't be read for ten minutes the scrape fails, and with it the alert on
 * silent exporters speaks: an old figure would look like good news.
 */
export class BackupExporter extends pulumi.ComponentResource {
  /** Name of the Service, and so the `job` label of its series. */
  readonly job: pulumi.Output<string>;

  constructor(name: string, args: BackupExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:BackupExporter", name, {}, opts);
    refuse("BackupExporter", name, backupExporterProblems(args));
    const identity = identityOf(name, "backup-exporter", "metrics", args);
    const programs = new k8s.core.v1.ConfigMap(
      `${name}-programs`,
      { metadata: autonamed(identity), data: toolsConfigMapData("exporter/main") },
      { parent: this },
    );
    const template = backupExporterPod(identity, args, programs.metadata.name);
    this.job = makeExporter(identity, { ...args, port: exporterPort, uses: [args.bucketReader] }, template, this);
    this.registerOutputs({ job: this.job });
  }
}

/** What is wrong with the arguments, each with its mend. */
export function backupExporterProblems({ bucketReader, lookSeconds, resources }: BackupExporterArgs): (string | false)[] {
  return [
    ...["bucket", "endpoint", "prefix", "region"].map(
      (setting) =>
        bucketReader.settings?.[setting] === undefined &&
        `bucketReader "${bucketReader.name}" has no setting ${setting}; give the readerBinding of a BackupBucket.`,
    ),
    lookSeconds !== undefined &&
      !(Number.isInteger(lookSeconds) && lookSeconds >= 10 && lookSeconds <= 300) &&
      `lookSeconds ${lookSeconds} is out of bounds; give a whole number from 10 to 300: after 600 a look is too old to be shown.`,
    ...(resources ? resourceProblems("resources", resources) : []),
  ];
}
