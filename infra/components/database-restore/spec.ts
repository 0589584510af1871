import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import { wantedProblem } from "../backup-tools/restore/wanted-backup.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ContainerResources } from "../component-args.ts";
import { images } from "../images.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import type { DatabaseRestoreArgs } from "./database-restore.ts";

/** The arguments with every default filled in. */
export interface DatabaseRestoreSpec {
  database: ServiceBinding;
  bucket: ServiceBinding;
  backup?: string;
  schemaVersionQuery?: string;
  parallel: number;
  deadlineMinutes: number;
  resources: ContainerResources;
  recoveryStorage?: string;
  image: pulumi.Input<string>;
  nodeImage: pulumi.Input<string>;
}

/** Three chunks of 8 MiB a stream, and about 10 MiB for each pg_restore, on top of Node. */
const leastMemory = (parallel: number) => 80 + 36 * parallel;
/** The server that replays the log, and the program that fetches it. */
const replayMemory = 384;

export function databaseRestoreSpec(name: string, args: DatabaseRestoreArgs): DatabaseRestoreSpec {
  const replays = args.recoveryStorage !== undefined;
  const spec: DatabaseRestoreSpec = {
    database: args.database,
    bucket: args.bucket,
    backup: args.backup,
    schemaVersionQuery: args.schemaVersionQuery,
    parallel: args.parallel ?? 2,
    deadlineMinutes: args.deadlineMinutes ?? 240,
    resources: args.resources ?? { cpu: "100m", cpuLimit: "2", memory: replays ? `${160 + replayMemory}Mi` : "160Mi" },
    recoveryStorage: args.recoveryStorage,
    image: args.image ?? images.postgres,
    nodeImage: args.nodeImage ?? images.node,
  };
  const wrong = spec.backup === undefined ? undefined : wantedProblem(spec.backup);
  const memory = leastMemory(spec.parallel) + (replays ? replayMemory : 0);
  refuse("DatabaseRestore", name, [
    // Kubernetes adds eleven characters to the name for each run's Job.
    name.length > 52 && `name is ${name.length} characters long; a CronJob takes at most 52.`,
    wrong && `backup ${wrong}.`,
    replays &&
      spec.backup === undefined &&
      "recoveryStorage is for a restore while the stack comes up; give backup too, or leave it out: a person recovers by the WalArchive.",
    spec.recoveryStorage !== undefined &&
      !(bytes(spec.recoveryStorage) >= 2 ** 30) &&
      `recoveryStorage "${spec.recoveryStorage}" holds no database; give the size of the server's own volume, at least 1Gi.`,
    !(Number.isInteger(spec.parallel) && spec.parallel >= 1 && spec.parallel <= 32) &&
      `parallel ${spec.parallel} is out of bounds; give a whole number from 1 to 32.`,
    !(Number.isInteger(spec.deadlineMinutes) && spec.deadlineMinutes >= 1) &&
      `deadlineMinutes ${spec.deadlineMinutes} is no time; give a whole number of minutes, such as 240.`,
    ...missing("database", spec.database, ["database", "username"], "the restoreBinding of a Postgres"),
    !spec.database.secretFiles?.includes("password") && `database "${spec.database.name}" has no secret file password; give the restoreBinding of a Postgres.`,
    ...missing("bucket", spec.bucket, ["bucket", "endpoint", "prefix", "region"], "the readerBinding of a BackupBucket"),
    bytes(spec.resources.memory) < memory * 2 ** 20 &&
      `resources.memory ${spec.resources.memory} is too little for ${spec.parallel} streams at a time${replays ? " and a server that replays the log" : ""}; raise it to at least ${memory}Mi, or lower parallel.`,
    ...resourceProblems("resources", spec.resources),
  ]);
  return spec;
}

function missing(argument: string, binding: ServiceBinding, settings: string[], mend: string): string[] {
  return settings
    .filter((setting) => binding.settings?.[setting] === undefined)
    .map((setting) => `${argument} "${binding.name}" has no setting ${setting}; give ${mend}.`);
}
