import type * as k8s from "@pulumi/kubernetes";
import type { ToolProgram } from "../backup-tools/programs.ts";
import { type Identity, labelsOf, named } from "../kubernetes/identity.ts";
import type { RedisBackupSpec } from "./spec.ts";
import { type MountedNames, redisToolPod } from "./tool-pod.ts";

export const backupProgram: ToolProgram = "redis-backup/main";

export function backupCronJob(identity: Identity, spec: RedisBackupSpec, mounted: MountedNames): k8s.batch.v1.CronJobArgs {
  const tool = {
    ...spec,
    program: backupProgram,
    bucket: { writer: spec.bucket, reader: spec.bucketReader },
    settings: { DEADLINE_MINUTES: `${spec.deadlineMinutes}` },
  };
  return {
    metadata: named(identity),
    spec: {
      schedule: spec.schedule,
      timeZone: "Etc/UTC",
      // Two copies at once are two forks of the server.
      concurrencyPolicy: "Forbid",
      // A run missed while the control plane was away is made up within the hour; without a bound, a hundred missed ones end the schedule for good.
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      suspend: false,
      jobTemplate: {
        metadata: { labels: labelsOf({ ...identity, labels: {} }) },
        spec: { backoffLimit: 2, activeDeadlineSeconds: spec.deadlineMinutes * 60, template: redisToolPod(identity, tool, mounted) },
      },
    },
  };
}
