import type * as k8s from "@pulumi/kubernetes";
import type { MountedNames } from "../backup-tools/encryption-secret.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { awaitedJob, byHand, cronJob } from "../kubernetes/jobs.ts";
import { restorePod } from "./pod.ts";
import type { DatabaseRestoreSpec } from "./spec.ts";

/** The Job that an update waits for. Named by its content: another backup is another Job, which finds the database filled and leaves it. */
export function restoreJob(identity: Identity, spec: DatabaseRestoreSpec, backup: string, mounted: MountedNames): k8s.batch.v1.JobArgs {
  return awaitedJob(identity, {
    // What a store or a server that was away for a while has spoilt is right the second time; the first attempt left nothing.
    backoffLimit: 2,
    activeDeadlineSeconds: spec.deadlineMinutes * 60,
    template: restorePod(identity, spec, mounted, "fill", backup),
  });
}

/** What a person's Jobs are made from. */
export function restoreTemplate(identity: Identity, spec: DatabaseRestoreSpec, mounted: MountedNames): k8s.batch.v1.CronJobArgs {
  return cronJob(identity, byHand, {
    // A person sees why it failed, and decides.
    backoffLimit: 0,
    activeDeadlineSeconds: spec.deadlineMinutes * 60,
    template: restorePod(identity, spec, mounted, "list", ""),
  });
}
