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
  parallel: number;
  deadlineMinutes: number;
  resources: ContainerResources;
  image: pulumi.Input<string>;
  nodeImage: pulumi.Input<string>;
}

/** The program itself, a session that holds the snapshot, and what the kernel counts for their files. */
const baseMebibytes = 68;
/** Two chunks of 8 MiB, pg_dump and what encryption and sockets hold for a moment. */
const streamMebibytes = 30;

/** Memory that so many tables at a time take, in MiB. */
const neededMebibytes = (parallel: number) => baseMebibytes + streamMebibytes * parallel;

export function postgresBackupSpec(name: string, args: PostgresBackupArgs): PostgresBackupSpec {
  const parallel = args.parallel ?? 2;
  const spec: PostgresBackupSpec = {
    database: args.database,
    bucket: args.bucket,
    bucketReader: args.bucketReader,
    schedule: args.schedule,
    schemaVersionQuery: args.schemaVersionQuery ?? "SELECT NULL",
    parallel,
    deadlineMinutes: args.deadlineMinutes ?? 240,
    resources: args.resources ?? { cpu: "100m", cpuLimit: "2", memory: `${neededMebibytes(parallel)}Mi` },
    image: args.image ?? images.postgres,
    nodeImage: args.nodeImage ?? images.node,
  };
  refuse("PostgresBackup", name, [
    scheduleProblem("schedule", spec.schedule),
    // Kubernetes adds eleven characters to the name for each run's Job.
    name.length > 52 && `name is ${name.length} characters long; a CronJob takes at most 52.`,
    !(Number.isInteger(parallel) && parallel >= 1 && parallel <= 8) && `parallel ${parallel} is out of bounds; dump 1 to 8 tables at a time.`,
    !(Number.isInteger(spec.deadlineMinutes) && spec.deadlineMinutes >= 1) &&
      `deadlineMinutes ${spec.deadlineMinutes} is no time; give a whole number of minutes, such as 240.`,
    typeof args.encryptionKey === "string" &&
      !/^[0-9a-fA-F]{64}$/.test(args.encryptionKey) &&
      `encryptionKey is no key of 64 hex digits; give the hex of a RandomBytes of 32.`,
    ...missing("database", spec.database, ["database", "username"]),
    !spec.database.secretFiles?.includes("password") && `database "${spec.database.name}" has no secret file password; give the backupBinding of a Postgres.`,
    ...missing("bucket", spec.bucket, ["bucket", "endpoint", "prefix", "region"]),
    ...missing("bucketReader", spec.bucketReader, ["bucket"]),
    (spec.bucket.secretName === undefined) !== (spec.bucketReader.secretName === undefined) &&
      "bucket and bucketReader are of two kinds, one with a key and one without; give binding and readerBinding of the same BackupBucket.",
    bytes(spec.resources.memory) < neededMebibytes(parallel) * 2 ** 20 &&
      `resources.memory ${spec.resources.memory} is too little for ${parallel} tables at a time; raise it to at least ${neededMebibytes(parallel)}Mi, or lower parallel.`,
    ...resourceProblems("resources", spec.resources),
  ]);
  return spec;
}

function missing(argument: string, binding: ServiceBinding, settings: string[]): string[] {
  const component = argument === "database" ? "the backupBinding of a Postgres" : "the bindings of a BackupBucket";
  return settings
    .filter((setting) => binding.settings?.[setting] === undefined)
    .map((setting) => `${argument} "${binding.name}" has no setting ${setting}; give ${component}.`);
}
