import type * as pulumi from "@pulumi/pulumi";
import { encryptionMount, type MountedNames } from "../backup-tools/encryption-secret.ts";
import type { BucketIdentities } from "../backup-tools/pod-environment.ts";
import { bucketVariables } from "../backup-tools/pod-environment.ts";
import { lentNode, type ToolProgram, toolCommand, toolsVolume } from "../backup-tools/programs.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ContainerResources } from "../component-args.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { bindingVolumes, container, environment, podTemplate, scratch, secretFilePath } from "../kubernetes/pod.ts";
import { bytes, formatMemory } from "../kubernetes/quantities.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { dataShare } from "../redis/spec.ts";

/** Memory of the program itself beside the data: Node, and three chunks of 8 MiB. */
const programMemory = 128 * 2 ** 20;
/** The lent Node takes half of this; the rest is for logs. */
const programStorage = 256 * 2 ** 20;

/** A program that loads a copy of a Redis into a server of its own. */
export interface RedisTool {
  program: ToolProgram;
  redis: ServiceBinding;
  bucket: BucketIdentities;
  /** Most memory for data of the Redis: what the copy may need too. */
  maxMemory: string;
  image: pulumi.Input<string>;
  nodeImage: pulumi.Input<string>;
  /** What the program is told beyond its Redis and its bucket. */
  settings: Record<string, string | undefined>;
}

/** Room for the data once in memory and once on the disk. */
export function toolResources(maxMemory: string): ContainerResources & { scratch: string } {
  const data = bytes(maxMemory);
  const scratchBytes = data + 16 * 2 ** 20;
  return {
    cpu: "50m",
    cpuLimit: "1",
    memory: formatMemory(programMemory + data / dataShare.state),
    ephemeralStorage: formatMemory(programStorage + scratchBytes),
    scratch: formatMemory(scratchBytes),
  };
}

export function redisToolPod(identity: Identity, tool: RedisTool, mounted: MountedNames) {
  const { program, redis, bucket } = tool;
  const { scratch: scratchSize, ...resources } = toolResources(tool.maxMemory);
  const tools = toolsVolume(mounted.tools, program);
  const node = lentNode(tool.nodeImage);
  const temporary = scratch("scratch", "/scratch", scratchSize);
  const secrets = bindingVolumes([redis, bucket.writer, bucket.reader].filter((binding) => binding !== undefined));
  const encryption = encryptionMount(mounted.key);
  return podTemplate(identity, {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 10,
    initContainers: [node.initContainer],
    containers: [
      container({
        name: identity.component,
        image: tool.image,
        command: toolCommand(program),
        env: environment({
          ...bucketVariables(bucket),
          DATABASE: redis.name,
          ...encryption.variables,
          PASSWORD_FILE: secretFilePath(redis, "password"),
          REDIS_HOST: redis.host,
          REDIS_PORT: `${redis.port}`,
          REDIS_USERNAME: redis.settings?.username,
          SCRATCH: temporary.mount.mountPath,
          ...tool.settings,
        }),
        resources: resourceRequirements(resources),
        volumeMounts: [tools.mount, node.mount, temporary.mount, ...secrets.mounts, ...encryption.mounts],
      }),
    ],
    volumes: [tools.volume, node.volume, temporary.volume, ...secrets.volumes, ...encryption.volumes],
  });
}

/** What is wrong with what such a program is given, each with its mend. */
export function toolProblems(login: string, redis: ServiceBinding, buckets: Record<string, ServiceBinding>, maxMemory: string): (string | false)[] {
  const missing = (argument: string, binding: ServiceBinding, settings: string[], mend: string) =>
    settings
      .filter((setting) => binding.settings?.[setting] === undefined)
      .map((setting) => `${argument} "${binding.name}" has no setting ${setting}; give ${mend}.`);
  return [
    !(bytes(maxMemory) > 0) && `maxMemory "${maxMemory}" is no amount of memory; give that of the Redis, such as 64Mi.`,
    redis.settings?.username !== login &&
      `redis "${redis.name}" logs in as ${redis.settings?.username ?? "nobody"}, not as ${login}; give the ${login === "copy" ? "backupBinding" : "restoreBinding"} of a Redis of purpose state.`,
    ...Object.entries(buckets).flatMap(([argument, binding]) =>
      missing(
        argument,
        binding,
        ["bucket", "endpoint", "prefix", "region"],
        argument === "bucketReader" ? "the readerBinding of a BackupBucket" : "the bindings of a BackupBucket",
      ),
    ),
  ];
}
