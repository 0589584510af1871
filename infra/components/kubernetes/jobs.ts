import type * as k8s from "@pulumi/kubernetes";
import { autonamed, type Identity, labelsOf, named } from "./identity.ts";

type JobSpec = k8s.types.input.batch.v1.JobSpec;

/** When a CronJob runs, by UTC, and how many of its Jobs are kept. */
export interface Timing {
  schedule: string;
  /** Ended Jobs that are kept for their logs, good and failed ones each. */
  kept: number;
  /** Seconds within which a run that was missed is made up. Defaults to 3600. */
  startingDeadlineSeconds?: number;
  /** Whether it waits for a person. Defaults to false. */
  suspend?: boolean;
}

/** What a person's Jobs are made from. A CronJob is the one object that keeps a Job's template; suspended, it runs nothing. */
export const byHand: Timing = { schedule: "0 0 1 1 *", kept: 1, startingDeadlineSeconds: 60, suspend: true };

/**
 * A CronJob of which one Job runs at a time: two would only slow each other down. A run missed while the control plane was away is made up;
 * without a bound, a hundred missed ones end the schedule for good.
 */
export function cronJob(
  identity: Identity,
  { schedule, kept, startingDeadlineSeconds = 3600, suspend = false }: Timing,
  spec: JobSpec,
): k8s.batch.v1.CronJobArgs {
  return {
    metadata: named(identity),
    spec: {
      schedule,
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds,
      successfulJobsHistoryLimit: kept,
      failedJobsHistoryLimit: kept,
      suspend,
      jobTemplate: { metadata: { labels: labelsOf({ ...identity, labels: {} }) }, spec },
    },
  };
}

/** A Job that an update waits for, named by its content. One that failed never runs again by itself; the next update makes it anew instead of waiting for ever. */
export function awaitedJob(identity: Identity, spec: JobSpec): k8s.batch.v1.JobArgs {
  const metadata = autonamed(identity);
  return { metadata: { ...metadata, annotations: { ...metadata.annotations, "pulumi.com/replaceUnready": "true" } }, spec };
}
