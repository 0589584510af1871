import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ContainerResources } from "../component-args.ts";
import { images } from "../images.ts";
import { bytes, formatMemory } from "../kubernetes/quantities.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import { scheduleProblem } from "../kubernetes/schedule.ts";
import type { DataInvariant, RestoreDrillArgs } from "./restore-drill.ts";

/** The arguments with every default filled in. */
export interface RestoreDrillSpec {
  database: pulumi.Input<string>;
  bucket: ServiceBinding;
  schedule: string;
  storage: string;
  invariants: DataInvariant[];
  schemaVersionQuery?: string;
  /** Left out where no log is archived. */
  moments?: { share: number; objectiveSeconds: number; newestRowQuery?: string };
  parallel: number;
  deadlineMinutes: number;
  resources: ContainerResources;
  /** Bytes of the memory that are the server's; the rest is for the program and pg_restore. */
  serverMemory: number;
  image: pulumi.Input<string>;
  nodeImage: pulumi.Input<string>;
}

/** For Node, three chunks of 8 MiB a stream, and about 10 MiB for each pg_restore. */
const programMemory = (parallel: number) => (96 + 36 * parallel) * 2 ** 20;
/** Below this the server starts, and then the kernel ends it while it makes an index. */
const leastServerMemory = 128 * 2 ** 20;
/** What a drill needs at least to go back to a moment, in bytes. */
export const leastForMoments = {
  /** As a recovery by hand has it: this program, the one that fetches the log, and a server that replays it. */
  memory: 384 * 2 ** 20,
  /** Up to 1 GiB of log lies beside the files while it is replayed. */
  storage: 2 * 2 ** 30,
};

export function restoreDrillSpec(name: string, args: RestoreDrillArgs): RestoreDrillSpec {
  const parallel = args.parallel ?? 2;
  const resources = args.resources ?? { cpu: "250m", cpuLimit: "2", memory: "768Mi" };
  const spec: RestoreDrillSpec = {
    database: args.database,
    bucket: args.bucket,
    schedule: args.schedule,
    storage: args.storage,
    invariants: args.invariants ?? [],
    schemaVersionQuery: args.schemaVersionQuery,
    moments: args.archived
      ? { share: args.momentShare ?? 1 / 3, objectiveSeconds: args.momentObjectiveSeconds ?? 900, newestRowQuery: args.newestRowQuery }
      : undefined,
    parallel,
    deadlineMinutes: args.deadlineMinutes ?? 240,
    // The kubelet counts the volume as the container's own space.
    resources: { ...resources, ephemeralStorage: formatMemory((bytes(args.storage) || 0) + 256 * 2 ** 20) },
    serverMemory: bytes(resources.memory) - programMemory(parallel),
    image: args.image ?? images.postgres,
    nodeImage: args.nodeImage ?? images.node,
  };
  refuse("RestoreDrill", name, [...problems(name, spec), ...momentProblems(args, spec), ...resourceProblems("resources", resources)]);
  return spec;
}

/** What only counts where the log is archived, and what is asked for where it is not. */
function momentProblems(args: RestoreDrillArgs, { moments, resources, storage }: RestoreDrillSpec): (string | false)[] {
  if (!moments) {
    return (["momentShare", "momentObjectiveSeconds", "newestRowQuery"] as const).map(
      (argument) =>
        args[argument] !== undefined &&
        `${argument} ${JSON.stringify(args[argument])} is about moments, to which only an archived log leads back; archive it with a WalArchive and set archived, or leave ${argument} out.`,
    );
  }
  const { share, objectiveSeconds, newestRowQuery } = moments;
  return [
    !(share >= 0 && share <= 1) && `momentShare ${share} is no share; give a number from 0 to 1, such as 0.5 for every other run.`,
    !(objectiveSeconds >= 60) &&
      `momentObjectiveSeconds ${objectiveSeconds} can't be kept: a segment of the log is closed after up to 60 s; give at least 60, such as 900.`,
    newestRowQuery?.trim() === "" && "newestRowQuery has no SQL; write a query that gives the time of the newest row, or leave it out.",
    bytes(resources.memory) < leastForMoments.memory &&
      `resources.memory ${resources.memory} is too little to go back to a moment; raise it to at least ${formatMemory(leastForMoments.memory)}, or leave archived out.`,
    bytes(storage) < leastForMoments.storage &&
      `storage "${storage}" has no room for the log that is replayed; raise it to at least ${formatMemory(leastForMoments.storage)}, or leave archived out.`,
  ];
}

function problems(name: string, spec: RestoreDrillSpec): (string | undefined | false)[] {
  const { bucket, deadlineMinutes, invariants, parallel, resources, schedule, serverMemory, storage } = spec;
  const names = invariants.map((invariant) => invariant.name);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  return [
    scheduleProblem("schedule", schedule),
    // Kubernetes adds eleven characters to the name for each run's Job.
    name.length > 52 && `name is ${name.length} characters long; a CronJob takes at most 52.`,
    !(bytes(storage) >= 2 ** 28) && `storage "${storage}" holds no server; write it as 10Gi, at least 256Mi, and twice the database's size.`,
    !(Number.isInteger(parallel) && parallel >= 1 && parallel <= 32) && `parallel ${parallel} is out of bounds; give a whole number from 1 to 32.`,
    !(Number.isInteger(deadlineMinutes) && deadlineMinutes >= 1) &&
      `deadlineMinutes ${deadlineMinutes} is no time; give a whole number of minutes, such as 240.`,
    twice !== undefined && `invariants names "${twice}" twice; give each a name of its own, since evidence and alerts speak of it by name.`,
    ...invariants.filter(({ sql }) => sql.trim() === "").map(({ name }) => `invariants "${name}" has no SQL; write a query that gives true while it holds.`),
    ...["bucket", "endpoint", "prefix", "region"].map(
      (setting) => bucket.settings?.[setting] === undefined && `bucket "${bucket.name}" has no setting ${setting}; give the drillBinding of a BackupBucket.`,
    ),
    serverMemory < leastServerMemory &&
      `resources.memory ${resources.memory} is too little for a server and ${parallel} streams at a time; raise it to at least ${formatMemory(programMemory(parallel) + leastServerMemory)}, or lower parallel.`,
  ];
}
