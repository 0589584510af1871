import type * as k8s from "@pulumi/kubernetes";
import type { ToolProgram } from "../backup-tools/programs.ts";
import { autonamed, type Identity, labelsOf, named } from "../kubernetes/identity.ts";
import { type MountedNames, redisToolPod } from "../redis-backup/tool-pod.ts";
import type { RedisRestoreSpec } from "./spec.ts";

export const restoreProgram: ToolProgram = "redis-restore/main";

const restorePod = (identity: Identity, spec: RedisRestoreSpec, mounted: MountedNames, settings: Record<string, string>) =>
  redisToolPod(identity, { ...spec, program: restoreProgram, bucket: { reader: spec.bucket }, settings }, mounted);

/** The Job that an update waits for. Named by its content: another backup is another Job, which finds the server filled and leaves it. */
export function restoreJob(identity: Identity, spec: RedisRestoreSpec, backup: string, mounted: MountedNames): k8s.batch.v1.JobArgs {
  const metadata = autonamed(identity);
  return {
    // A failed Job never runs again by itself; without this the next update would wait for it for ever.
    metadata: { ...metadata, annotations: { ...metadata.annotations, "pulumi.com/replaceUnready": "true" } },
    spec: { backoffLimit: 2, activeDeadlineSeconds: spec.deadlineMinutes * 60, template: restorePod(identity, spec, mounted, { BACKUP: backup }) },
  };
}

/** What a person's Jobs are made from. A CronJob is the one object that keeps a Job's template; suspended, it runs nothing. */
export function restoreTemplate(identity: Identity, spec: RedisRestoreSpec, mounted: MountedNames): k8s.batch.v1.CronJobArgs {
  return {
    metadata: named(identity),
    spec: {
      schedule: "0 0 1 1 *",
      timeZone: "Etc/UTC",
      suspend: true,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 60,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: { labels: labelsOf({ ...identity, labels: {} }) },
        spec: {
          // A person sees why it failed, and decides.
          backoffLimit: 0,
          activeDeadlineSeconds: spec.deadlineMinutes * 60,
          template: restorePod(identity, spec, mounted, { BACKUP: "latest", MERGE: "true" }),
        },
      },
    },
  };
}
