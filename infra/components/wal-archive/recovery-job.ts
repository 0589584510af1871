import type * as k8s from "@pulumi/kubernetes";
import { encryptionMount, type MountedNames } from "../backup-tools/encryption-secret.ts";
import { bucketVariables } from "../backup-tools/pod-environment.ts";
import { lentNode, type ToolProgram, toolCommand, toolsVolume } from "../backup-tools/programs.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { byHand, cronJob } from "../kubernetes/jobs.ts";
import { bindingVolumes, container, environment, ephemeralVolume, podTemplate, scratch } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import type { WalArchiveSpec } from "./spec.ts";

/** Postgres starts the second one for each segment that it replays. */
export const recoveryPrograms: ToolProgram[] = ["recover/main", "wal-fetch/main"];

/** A working day: time to look at the recovered rows and to copy what is needed. */
const openMinutes = 600;

/** Never runs by itself: a person makes a Job of it and says the moment in its variable TARGET. */
export function recoveryCronJob(identity: Identity, spec: WalArchiveSpec, mounted: MountedNames): k8s.batch.v1.CronJobArgs {
  const timing = { ...byHand, startingDeadlineSeconds: 3600 };
  return cronJob(identity, timing, { backoffLimit: 0, activeDeadlineSeconds: openMinutes * 60, template: recoveryPod(identity, spec, mounted) });
}

function recoveryPod(identity: Identity, spec: WalArchiveSpec, mounted: MountedNames) {
  const tools = toolsVolume(mounted.tools, ...recoveryPrograms);
  const node = lentNode(spec.nodeImage);
  const temporary = scratch("tmp", "/tmp", "64Mi");
  const data = ephemeralVolume("data", "/recovered", spec.recoveryStorage);
  const secrets = bindingVolumes([spec.bucketReader]);
  const encryption = encryptionMount(mounted.key);
  return podTemplate(identity, {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 10,
    initContainers: [node.initContainer],
    containers: [
      container({
        name: "recover",
        image: spec.image,
        command: toolCommand("recover/main"),
        env: environment({
          ...bucketVariables({ reader: spec.bucketReader }),
          ...encryption.variables,
          DATABASE: spec.database.settings?.database,
          DIRECTORY: `${data.mount.mountPath}/recovered`,
          SCRATCH: temporary.mount.mountPath,
          TARGET: "latest",
        }),
        resources: resourceRequirements({ cpu: "100m", cpuLimit: "2", memory: "384Mi", ephemeralStorage: "256Mi" }),
        volumeMounts: [tools.mount, node.mount, temporary.mount, data.mount, ...secrets.mounts, ...encryption.mounts],
      }),
    ],
    volumes: [tools.volume, node.volume, temporary.volume, data.volume, ...secrets.volumes, ...encryption.volumes],
  });
}
