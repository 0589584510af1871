import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ContainerResources } from "../component-args.ts";
import { images } from "../images.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import { scheduleProblem } from "../kubernetes/schedule.ts";
import type { PostgresBackupArgs } from "./postgres-backup.ts";

/** The arguments with every default filled in. */
export interface PostgresBackupSpec {
  database: ServiceBinding;
  bucket: ServiceBinding;
  bucketReader: ServiceBinding;
  schedule: string;
  schemaVersionQuery: string;
  deadlineMinutes: number;
  resources: ContainerResources;
  uploadResources: ContainerResources;
  image: pulumi.Input<string>;
  clientImage: pulumi.Input<string>;
}

/** Below this the upload can't hold its two parts of 8 MiB beside the program itself. */
const leastUploadMemory = "96Mi";

export function postgresBackupSpec(name: string, args: PostgresBackupArgs): PostgresBackupSpec {
  const spec: PostgresBackupSpec = {
    database: args.database,
    bucket: args.bucket,
    bucketReader: args.bucketReader,
    schedule: args.schedule,
    schemaVersionQuery: args.schemaVersionQuery ?? "SELECT NULL",
    deadlineMinutes: args.deadlineMinutes ?? 240,
    resources: args.resources ?? { cpu: "50m", cpuLimit: "1", memory: "64Mi" },
    uploadResources: args.uploadResources ?? { cpu: "50m", cpuLimit: "1", memory: leastUploadMemory },
    image: args.image ?? images.postgres,
    clientImage: args.clientImage ?? images.objectStorageClient,
  };
  refuse("PostgresBackup", name, [
    scheduleProblem("schedule", spec.schedule),
    // Kubernetes adds eleven characters to the name for each run's Job.
    name.length > 52 && `name is ${name.length} characters long; a CronJob takes at most 52.`,
    !(Number.isInteger(spec.deadlineMinutes) && spec.deadlineMinutes >= 1) &&
      `deadlineMinutes ${spec.deadlineMinutes} is no time; give a whole number of minutes, such as 240.`,
    ...missing("database", spec.database, ["database", "username"]),
    !spec.database.secretFiles?.includes("password") && `database "${spec.database.name}" has no secret file password; give the backupBinding of a Postgres.`,
    ...missing("bucket", spec.bucket, ["bucket", "endpoint", "prefix", "provider", "region"]),
    ...missing("bucketReader", spec.bucketReader, ["bucket"]),
    (spec.bucket.secretName === undefined) !== (spec.bucketReader.secretName === undefined) &&
      "bucket and bucketReader are of two kinds, one with a key and one without; give binding and readerBinding of the same BackupBucket.",
    bytes(spec.uploadResources.memory) < bytes(leastUploadMemory) &&
      `uploadResources.memory ${spec.uploadResources.memory} is too little to hold parts of an upload; raise it to at least ${leastUploadMemory}.`,
    ...resourceProblems("resources", spec.resources),
    ...resourceProblems("uploadResources", spec.uploadResources),
  ]);
  return spec;
}

function missing(argument: string, binding: ServiceBinding, settings: string[]): string[] {
  const component = argument === "database" ? "the backupBinding of a Postgres" : "the bindings of a BackupBucket";
  return settings
    .filter((setting) => binding.settings?.[setting] === undefined)
    .map((setting) => `${argument} "${binding.name}" has no setting ${setting}; give ${component}.`);
}
