import type * as k8s from "@pulumi/kubernetes";
import { toolCommand } from "../backup-tools/programs.ts";
import { type Identity, labelsOf, named } from "../kubernetes/identity.ts";
import { container, environment, podTemplate } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { archiveParts, type MountedNames } from "./pod.ts";
import type { WalArchiveSpec } from "./spec.ts";

/** A copy of a terabyte at 100 MB/s takes three hours. */
const deadlineMinutes = 240;

export function baseBackupCronJob(identity: Identity, spec: WalArchiveSpec, mounted: MountedNames): k8s.batch.v1.CronJobArgs {
  const { initContainers, variables, mounts, volumes } = archiveParts(spec, mounted);
  return {
    metadata: named(identity),
    spec: {
      schedule: spec.baseSchedule,
      timeZone: "Etc/UTC",
      // Two copies at once would only slow both down.
      concurrencyPolicy: "Forbid",
      // A run missed while the control plane was away is made up within the hour; without a bound, a hundred missed ones end the schedule for good.
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      suspend: false,
      jobTemplate: {
        metadata: { labels: labelsOf({ ...identity, labels: {} }) },
        spec: {
          backoffLimit: 2,
          activeDeadlineSeconds: deadlineMinutes * 60,
          template: podTemplate(identity, {
            // Each try is a pod of its own, whose log stays.
            restartPolicy: "Never",
            terminationGracePeriodSeconds: 10,
            initContainers,
            containers: [
              container({
                name: "base-backup",
                image: spec.image,
                command: toolCommand("base/main"),
                env: environment({ ...variables, DEADLINE_MINUTES: `${deadlineMinutes}` }),
                resources: resourceRequirements({ cpu: "100m", cpuLimit: "2", memory: "160Mi" }),
                volumeMounts: mounts,
              }),
            ],
            volumes,
          }),
        },
      },
    },
  };
}
