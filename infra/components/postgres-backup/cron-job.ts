import type * as k8s from "@pulumi/kubernetes";
import { encryptionMount, type MountedNames } from "../backup-tools/encryption-secret.ts";
import { bucketVariables, databaseVariables } from "../backup-tools/pod-environment.ts";
import { lentNode, type ToolProgram, toolCommand, toolsVolume } from "../backup-tools/programs.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { cronJob } from "../kubernetes/jobs.ts";
import { bindingVolumes, container, environment, podTemplate, scratch } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import type { PostgresBackupSpec } from "./spec.ts";

export const backupProgram: ToolProgram = "backup/main";

export function backupCronJob(identity: Identity, spec: PostgresBackupSpec, mounted: MountedNames): k8s.batch.v1.CronJobArgs {
  return cronJob(
    identity,
    { schedule: spec.schedule, kept: 3 },
    { backoffLimit: 2, activeDeadlineSeconds: spec.deadlineMinutes * 60, template: backupPod(identity, spec, mounted) },
  );
}

function backupPod(identity: Identity, spec: PostgresBackupSpec, mounted: MountedNames) {
  const tools = toolsVolume(mounted.tools, backupProgram);
  const node = lentNode(spec.nodeImage);
  const temporary = scratch("tmp", "/tmp", "16Mi");
  const secrets = bindingVolumes([spec.database, spec.bucket, spec.bucketReader]);
  const encryption = encryptionMount(mounted.key);
  return podTemplate(identity, {
    // Each try is a pod of its own, whose log stays.
    restartPolicy: "Never",
    // Time to remove what an ended run had stored.
    terminationGracePeriodSeconds: 30,
    initContainers: [node.initContainer],
    containers: [
      container({
        name: "backup",
        image: spec.image,
        command: toolCommand(backupProgram, heapMebibytes),
        env: environment({
          ...databaseVariables(spec.database),
          ...bucketVariables({ writer: spec.bucket, reader: spec.bucketReader }),
          ...encryption.variables,
          // Each further arena of the allocator keeps memory that was given back.
          MALLOC_ARENA_MAX: "2",
          DEADLINE_MINUTES: `${spec.deadlineMinutes}`,
          PARALLEL: `${spec.parallel}`,
          SCHEMA_VERSION_QUERY: spec.schemaVersionQuery,
          SCRATCH: temporary.mount.mountPath,
        }),
        resources: resourceRequirements(spec.resources),
        volumeMounts: [tools.mount, node.mount, temporary.mount, ...secrets.mounts, ...encryption.mounts],
      }),
    ],
    volumes: [tools.volume, node.volume, temporary.volume, ...secrets.volumes, ...encryption.volumes],
  });
}

/** The manifest of a terabyte, 130,000 chunks, takes a third of it. */
const heapMebibytes = 48;
