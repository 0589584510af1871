import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { bucketVariables } from "../backup-tools/pod-environment.ts";
import { lentNode, type ToolProgram, toolCommand, toolsVolume } from "../backup-tools/programs.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { cronJob } from "../kubernetes/jobs.ts";
import { bindingVolumes, container, environment, podTemplate, scratch, secretVolume } from "../kubernetes/pod.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import type { RestoreDrillSpec } from "./spec.ts";

const drillProgram: ToolProgram = "drill/main";
/** Postgres starts the second one for each segment of the log that it replays. */
export const drillPrograms: ToolProgram[] = [drillProgram, "wal-fetch/main"];

const keysPath = "/run/secrets/drill";
const questionsPath = "/etc/drill";

/** What the pod mounts besides its bindings. */
export interface MountedNames {
  tools: pulumi.Input<string>;
  keys: pulumi.Input<string>;
  keyFiles: string[];
  questions: pulumi.Input<string>;
}

export function drillCronJob(identity: Identity, spec: RestoreDrillSpec, mounted: MountedNames): k8s.batch.v1.CronJobArgs {
  return cronJob(
    identity,
    { schedule: spec.schedule, kept: 3 },
    {
      backoffLimit: 2,
      activeDeadlineSeconds: spec.deadlineMinutes * 60,
      // A backup that was found wrong is as wrong the second time, and the evidence of it is stored.
      podFailurePolicy: { rules: [{ action: "FailJob", onExitCodes: { containerName: "drill", operator: "In", values: [2] } }] },
      template: drillPod(identity, spec, mounted),
    },
  );
}

function drillPod(identity: Identity, spec: RestoreDrillSpec, { tools: toolsName, keys, keyFiles, questions }: MountedNames) {
  const tools = toolsVolume(toolsName, ...drillPrograms);
  const node = lentNode(spec.nodeImage);
  const server = scratch("server", "/server", spec.storage);
  const temporary = scratch("tmp", "/tmp", "128Mi");
  const secrets = bindingVolumes([spec.bucket]);
  return podTemplate(identity, {
    restartPolicy: "Never",
    // Nothing of it is wanted afterwards.
    terminationGracePeriodSeconds: 5,
    initContainers: [node.initContainer],
    containers: [
      container({
        name: "drill",
        image: spec.image,
        command: toolCommand(drillProgram),
        env: environment({
          ...bucketVariables({ reader: spec.bucket, writer: spec.bucket }),
          DATABASE: spec.database,
          DIRECTORY: server.mount.mountPath,
          ENCRYPTION_KEY_FILE: keyFiles.includes("encryption-key") ? `${keysPath}/encryption-key` : undefined,
          INVARIANTS_FILE: `${questionsPath}/invariants.json`,
          MEMORY_BYTES: `${Math.floor(spec.serverMemory)}`,
          MOMENT_OBJECTIVE_SECONDS: spec.moments && `${spec.moments.objectiveSeconds}`,
          MOMENT_SHARE: spec.moments && `${spec.moments.share}`,
          NEWEST_ROW_QUERY: spec.moments?.newestRowQuery,
          PARALLEL: `${spec.parallel}`,
          SCHEMA_VERSION_QUERY: spec.schemaVersionQuery,
          SCRATCH: temporary.mount.mountPath,
          SIGNING_KEY_FILE: `${keysPath}/signing-key`,
          VOLUME_BYTES: `${bytes(spec.storage)}`,
        }),
        resources: resourceRequirements(spec.resources),
        volumeMounts: [
          tools.mount,
          node.mount,
          server.mount,
          temporary.mount,
          { name: "keys", mountPath: keysPath, readOnly: true },
          { name: "questions", mountPath: questionsPath, readOnly: true },
          ...secrets.mounts,
        ],
      }),
    ],
    volumes: [
      tools.volume,
      node.volume,
      server.volume,
      temporary.volume,
      secretVolume("keys", keys, keyFiles),
      { name: "questions", configMap: { name: questions } },
      ...secrets.volumes,
    ],
  });
}
