import type * as k8s from "@pulumi/kubernetes";
import type { MountedNames } from "../backup-tools/encryption-secret.ts";
import type { ToolProgram } from "../backup-tools/programs.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { awaitedJob, byHand, cronJob } from "../kubernetes/jobs.ts";
import { redisToolPod } from "../redis-backup/tool-pod.ts";
import type { RedisRestoreSpec } from "./spec.ts";

export const restoreProgram: ToolProgram = "redis-restore/main";

const restorePod = (identity: Identity, spec: RedisRestoreSpec, mounted: MountedNames, settings: Record<string, string>) =>
  redisToolPod(identity, { ...spec, program: restoreProgram, bucket: { reader: spec.bucket }, settings }, mounted);

/** The Job that an update waits for. Named by its content: another backup is another Job, which finds the server filled and leaves it. */
export function restoreJob(identity: Identity, spec: RedisRestoreSpec, backup: string, mounted: MountedNames): k8s.batch.v1.JobArgs {
  const template = restorePod(identity, spec, mounted, { BACKUP: backup });
  return awaitedJob(identity, { backoffLimit: 2, activeDeadlineSeconds: spec.deadlineMinutes * 60, template });
}

/** What a person's Jobs are made from. */
export function restoreTemplate(identity: Identity, spec: RedisRestoreSpec, mounted: MountedNames): k8s.batch.v1.CronJobArgs {
  return cronJob(identity, byHand, {
    // A person sees why it failed, and decides.
    backoffLimit: 0,
    activeDeadlineSeconds: spec.deadlineMinutes * 60,
    template: restorePod(identity, spec, mounted, { BACKUP: "latest", MERGE: "true" }),
  });
}
