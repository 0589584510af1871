import { encryptionMount, type MountedNames } from "../backup-tools/encryption-secret.ts";
import { bucketVariables, databaseVariables } from "../backup-tools/pod-environment.ts";
import { lentNode, type ToolProgram, toolCommand, toolsVolume } from "../backup-tools/programs.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { bindingVolumes, container, environment, podTemplate, scratch } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import type { DatabaseRestoreSpec } from "./spec.ts";

export const restoreProgram: ToolProgram = "restore/main";

/** A pod that takes one step of a restore. */
export function restorePod(identity: Identity, spec: DatabaseRestoreSpec, mounted: MountedNames, step: string, subject: string) {
  const tools = toolsVolume(mounted.tools, restoreProgram);
  const node = lentNode(spec.nodeImage);
  const temporary = scratch("tmp", "/tmp", spec.resources.ephemeralStorage ?? "128Mi");
  const secrets = bindingVolumes([spec.database, spec.bucket]);
  const encryption = encryptionMount(mounted.key);
  return podTemplate(identity, {
    restartPolicy: "Never",
    // Time to drop a database that is not finished.
    terminationGracePeriodSeconds: 120,
    initContainers: [node.initContainer],
    containers: [
      container({
        name: "restore",
        image: spec.image,
        command: toolCommand(restoreProgram),
        env: environment({
          ...databaseVariables(spec.database),
          ...bucketVariables({ reader: spec.bucket }),
          ...encryption.variables,
          PARALLEL: `${spec.parallel}`,
          SCHEMA_VERSION_QUERY: spec.schemaVersionQuery,
          SCRATCH: temporary.mount.mountPath,
          STEP: step,
          SUBJECT: subject,
        }),
        resources: resourceRequirements(spec.resources),
        volumeMounts: [tools.mount, node.mount, temporary.mount, ...secrets.mounts, ...encryption.mounts],
      }),
    ],
    volumes: [tools.volume, node.volume, temporary.volume, ...secrets.volumes, ...encryption.volumes],
  });
}
