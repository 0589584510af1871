import type * as k8s from "@pulumi/kubernetes";
import type { MountedNames } from "../backup-tools/encryption-secret.ts";
import { toolCommand } from "../backup-tools/programs.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { cronJob } from "../kubernetes/jobs.ts";
import { container, environment, podTemplate } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { archiveParts } from "./pod.ts";
import type { WalArchiveSpec } from "./spec.ts";

/** A copy of a terabyte at 100 MB/s takes three hours. */
const deadlineMinutes = 240;

export function baseBackupCronJob(identity: Identity, spec: WalArchiveSpec, mounted: MountedNames): k8s.batch.v1.CronJobArgs {
  const { initContainers, variables, mounts, volumes } = archiveParts(spec, mounted);
  return cronJob(
    identity,
    { schedule: spec.baseSchedule, kept: 3 },
    {
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
  );
}
