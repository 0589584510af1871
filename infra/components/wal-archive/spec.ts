import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ContainerResources } from "../component-args.ts";
import { images } from "../images.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import { scheduleProblem } from "../kubernetes/schedule.ts";
import type { WalArchiveArgs } from "./wal-archive.ts";

/** The arguments with every default filled in. */
export interface WalArchiveSpec {
  database: ServiceBinding;
  bucket: ServiceBinding;
  bucketReader: ServiceBinding;
  baseSchedule: string;
  schemaVersionQuery: string;
  recoveryStorage: string;
  resources: ContainerResources;
  image: pulumi.Input<string>;
  nodeImage: pulumi.Input<string>;
}

/** Below this a base backup that is made beside the archive has no room for its two chunks. */
const leastMemory = "192Mi";

export function walArchiveSpec(name: string, args: WalArchiveArgs): WalArchiveSpec {
  const spec: WalArchiveSpec = {
    database: args.database,
    bucket: args.bucket,
    bucketReader: args.bucketReader,
    baseSchedule: args.baseSchedule ?? "41 1 * * *",
    schemaVersionQuery: args.schemaVersionQuery ?? "SELECT NULL",
    recoveryStorage: args.recoveryStorage,
    resources: args.resources ?? { cpu: "20m", cpuLimit: "1", memory: "224Mi" },
    image: args.image ?? images.postgres,
    nodeImage: args.nodeImage ?? images.node,
  };
  refuse("WalArchive", name, [
    scheduleProblem("baseSchedule", spec.baseSchedule),
    // "-recover" is added for a CronJob, and Kubernetes adds eleven characters for each run's Job.
    name.length > 44 && `name is ${name.length} characters long; its CronJobs take at most 44.`,
    !(bytes(spec.recoveryStorage) >= 2 ** 30) &&
      `recoveryStorage "${spec.recoveryStorage}" holds no database; give the size of the server's own volume, at least 1Gi.`,
    typeof args.encryptionKey === "string" &&
      !/^[0-9a-fA-F]{64}$/.test(args.encryptionKey) &&
      "encryptionKey is no key of 64 hex digits; give the hex of a RandomBytes of 32.",
    ...missing("database", spec.database, ["database", "username"], "the archiveBinding of a Postgres"),
    !spec.database.secretFiles?.includes("password") && `database "${spec.database.name}" has no secret file password; give the archiveBinding of a Postgres.`,
    ...missing("bucket", spec.bucket, ["bucket", "endpoint", "prefix", "region"], "the bindings of a BackupBucket"),
    ...missing("bucketReader", spec.bucketReader, ["bucket"], "the bindings of a BackupBucket"),
    (spec.bucket.secretName === undefined) !== (spec.bucketReader.secretName === undefined) &&
      "bucket and bucketReader are of two kinds, one with a key and one without; give binding and readerBinding of the same BackupBucket.",
    bytes(spec.resources.memory) < bytes(leastMemory) &&
      `resources.memory ${spec.resources.memory} has no room for a base backup beside the archive; raise it to at least ${leastMemory}.`,
    ...resourceProblems("resources", spec.resources),
  ]);
  return spec;
}

function missing(argument: string, binding: ServiceBinding, settings: string[], component: string): string[] {
  return settings
    .filter((setting) => binding.settings?.[setting] === undefined)
    .map((setting) => `${argument} "${binding.name}" has no setting ${setting}; give ${component}.`);
}
