import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ServiceBinding } from "../binding.ts";
import { images } from "../images.ts";
import { scheduleProblem } from "../kubernetes/schedule.ts";
import type { RedisBackupArgs } from "./redis-backup.ts";
import { toolProblems } from "./tool-pod.ts";

/** The arguments with every default filled in. */
export interface RedisBackupSpec {
  redis: ServiceBinding;
  maxMemory: string;
  bucket: ServiceBinding;
  bucketReader: ServiceBinding;
  schedule: string;
  deadlineMinutes: number;
  image: pulumi.Input<string>;
  nodeImage: pulumi.Input<string>;
}

export function redisBackupSpec(name: string, args: RedisBackupArgs): RedisBackupSpec {
  const { redis, maxMemory, bucket, bucketReader, schedule } = args;
  const deadlineMinutes = args.deadlineMinutes ?? 60;
  refuse("RedisBackup", name, [
    scheduleProblem("schedule", schedule),
    // Kubernetes adds eleven characters to the name for each run's Job.
    name.length > 52 && `name is ${name.length} characters long; a CronJob takes at most 52.`,
    !(Number.isInteger(deadlineMinutes) && deadlineMinutes >= 1) &&
      `deadlineMinutes ${deadlineMinutes} is no time; give a whole number of minutes, such as 60.`,
    ...toolProblems("copy", redis, { bucket, bucketReader }, maxMemory),
    (bucket.secretName === undefined) !== (bucketReader.secretName === undefined) &&
      "bucket and bucketReader are of two kinds, one with a key and one without; give binding and readerBinding of the same BackupBucket.",
  ]);
  return { redis, maxMemory, bucket, bucketReader, schedule, deadlineMinutes, image: args.image ?? images.redis, nodeImage: args.nodeImage ?? images.node };
}
