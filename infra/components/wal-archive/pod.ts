import { encryptionMount, type MountedNames } from "../backup-tools/encryption-secret.ts";
import { bucketVariables, databaseVariables } from "../backup-tools/pod-environment.ts";
import { lentNode, type ToolProgram, toolCommand, toolsVolume } from "../backup-tools/programs.ts";
import { exporterProbes } from "../exporter/exporter.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { bindingVolumes, container, environment, podTemplate, scratch } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { metricsPortName } from "../kubernetes/scrape.ts";
import type { WalArchiveSpec } from "./spec.ts";

/** The archive starts the other program for its first base backup. */
export const archivePrograms: ToolProgram[] = ["wal/main", "base/main"];
export const statusPort = 9188;

/** Whole segments of 16 MiB that may wait for the bucket; the directory also has room for two that are underway. */
const mostWaiting = 8;
const receivedSize = "256Mi";
/** Of the whole pod: what waits and the lent Node, 120 MiB. With less the kubelet evicts it just when the bucket is away. */
const podStorage = "448Mi";

/** What both pods of the component have: programs, Node, secrets, and what the programs are told. */
export function archiveParts(spec: WalArchiveSpec, mounted: MountedNames) {
  const tools = toolsVolume(mounted.tools, ...archivePrograms);
  const node = lentNode(spec.nodeImage);
  const temporary = scratch("tmp", "/tmp", "16Mi");
  const secrets = bindingVolumes([spec.database, spec.bucket, spec.bucketReader]);
  const encryption = encryptionMount(mounted.key);
  return {
    initContainers: [node.initContainer],
    variables: {
      ...databaseVariables(spec.database),
      ...bucketVariables({ writer: spec.bucket, reader: spec.bucketReader }),
      ...encryption.variables,
      SCHEMA_VERSION_QUERY: spec.schemaVersionQuery,
      SCRATCH: temporary.mount.mountPath,
    },
    mounts: [tools.mount, node.mount, temporary.mount, ...secrets.mounts, ...encryption.mounts],
    volumes: [tools.volume, node.volume, temporary.volume, ...secrets.volumes, ...encryption.volumes],
  };
}

export function archiverPod(identity: Identity, spec: WalArchiveSpec, mounted: MountedNames) {
  const { initContainers, variables, mounts, volumes } = archiveParts(spec, mounted);
  const received = scratch("received", "/received", receivedSize);
  return podTemplate(identity, {
    terminationGracePeriodSeconds: 10,
    initContainers,
    containers: [
      container({
        name: "archive",
        image: spec.image,
        command: toolCommand("wal/main"),
        env: environment({
          ...variables,
          DIRECTORY: `${received.mount.mountPath}/log`,
          MOST_WAITING: `${mostWaiting}`,
          STATUS_PORT: `${statusPort}`,
        }),
        ports: [{ name: metricsPortName, containerPort: statusPort, protocol: "TCP" }],
        resources: resourceRequirements({ ephemeralStorage: podStorage, ...spec.resources }),
        volumeMounts: [...mounts, received.mount],
        ...exporterProbes,
      }),
    ],
    volumes: [...volumes, received.volume],
  });
}
