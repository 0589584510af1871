import type * as k8s from "@pulumi/kubernetes";
import type { MountedNames } from "../backup-tools/encryption-secret.ts";
import type { ToolProgram } from "../backup-tools/programs.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { cronJob } from "../kubernetes/jobs.ts";
import type { RedisBackupSpec } from "./spec.ts";
import { redisToolPod } from "./tool-pod.ts";

export const backupProgram: ToolProgram = "redis-backup/main";

export function backupCronJob(identity: Identity, spec: RedisBackupSpec, mounted: MountedNames): k8s.batch.v1.CronJobArgs {
  const tool = {
    ...spec,
    program: backupProgram,
    bucket: { writer: spec.bucket, reader: spec.bucketReader },
    settings: { DEADLINE_MINUTES: `${spec.deadlineMinutes}` },
  };
  const template = redisToolPod(identity, tool, mounted);
  return cronJob(identity, { schedule: spec.schedule, kept: 3 }, { backoffLimit: 2, activeDeadlineSeconds: spec.deadlineMinutes * 60, template });
}
