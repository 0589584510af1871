import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import { wantedProblem } from "../backup-tools/restore/wanted-backup.ts";
import type { ServiceBinding } from "../binding.ts";
import { images } from "../images.ts";
import { toolProblems } from "../redis-backup/tool-pod.ts";
import type { RedisRestoreArgs } from "./redis-restore.ts";

/** The arguments with every default filled in. */
export interface RedisRestoreSpec {
  redis: ServiceBinding;
  maxMemory: string;
  bucket: ServiceBinding;
  backup?: string;
  deadlineMinutes: number;
  image: pulumi.Input<string>;
  nodeImage: pulumi.Input<string>;
}

export function redisRestoreSpec(name: string, args: RedisRestoreArgs): RedisRestoreSpec {
  const { redis, maxMemory, bucket, backup } = args;
  const deadlineMinutes = args.deadlineMinutes ?? 60;
  const wrong = backup === undefined ? undefined : wantedProblem(backup);
  refuse("RedisRestore", name, [
    // Kubernetes adds eleven characters to the name for each run's Job.
    name.length > 52 && `name is ${name.length} characters long; a CronJob takes at most 52.`,
    wrong && `backup ${wrong}.`,
    !(Number.isInteger(deadlineMinutes) && deadlineMinutes >= 1) &&
      `deadlineMinutes ${deadlineMinutes} is no time; give a whole number of minutes, such as 60.`,
    ...toolProblems("restore", redis, { bucket }, maxMemory),
  ]);
  return { redis, maxMemory, bucket, backup, deadlineMinutes, image: args.image ?? images.redis, nodeImage: args.nodeImage ?? images.node };
}
