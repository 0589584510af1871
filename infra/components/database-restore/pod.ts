import { encryptionMount, type MountedNames } from "../backup-tools/encryption-secret.ts";
import { bucketVariables, databaseVariables } from "../backup-tools/pod-environment.ts";
import { lentNode, type ToolProgram, toolCommand, toolsVolume } from "../backup-tools/programs.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { bindingVolumes, container, environment, ephemeralVolume, podTemplate, scratch } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import type { DatabaseRestoreSpec } from "./spec.ts";

/** The first is the pod's; Postgres starts the second one for each segment that it replays. */
export const restorePrograms = ({ recoveryStorage }: DatabaseRestoreSpec): [ToolProgram, ...ToolProgram[]] =>
  recoveryStorage === undefined ? ["restore/main"] : ["replay/main", "wal-fetch/main"];

/** A pod that takes one step of a restore. */
export function restorePod(identity: Identity, spec: DatabaseRestoreSpec, mounted: MountedNames, step: string, subject: string) {
  const programs = restorePrograms(spec);
  const tools = toolsVolume(mounted.tools, ...programs);
  const node = lentNode(spec.nodeImage);
  const temporary = scratch("tmp", "/tmp", spec.resources.ephemeralStorage ?? "128Mi");
  const replay = spec.recoveryStorage === undefined ? undefined : ephemeralVolume("data", "/recovered", spec.recoveryStorage);
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
        command: toolCommand(programs[0]),
        env: environment({
          ...databaseVariables(spec.database),
          ...bucketVariables({ reader: spec.bucket }),
          ...encryption.variables,
          DIRECTORY: replay && `${replay.mount.mountPath}/server`,
          PARALLEL: `${spec.parallel}`,
          SCHEMA_VERSION_QUERY: spec.schemaVersionQuery,
          SCRATCH: temporary.mount.mountPath,
          STEP: step,
          SUBJECT: subject,
        }),
        resources: resourceRequirements(spec.resources),
        volumeMounts: [tools.mount, node.mount, temporary.mount, ...(replay ? [replay.mount] : []), ...secrets.mounts, ...encryption.mounts],
      }),
    ],
    volumes: [tools.volume, node.volume, temporary.volume, ...(replay ? [replay.volume] : []), ...secrets.volumes, ...encryption.volumes],
  });
}
