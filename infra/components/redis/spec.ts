import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ContainerResources } from "../component-args.ts";
import { images } from "../images.ts";
import { bytes, formatMemory } from "../kubernetes/quantities.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import { type RedisArgs, RedisPurpose } from "./redis.ts";

/** The arguments with every default filled in. */
export interface RedisSpec {
  image: pulumi.Input<string>;
  exporterImage: pulumi.Input<string>;
  purpose: RedisPurpose;
  maxMemory: string;
  resources: ContainerResources;
  storage?: string;
  storageClass?: string;
  passwordVersion: number;
  protect: boolean;
}

/**
 * Largest share of the container's memory that data may take. State is rewritten by a forked process, and pages written meanwhile
 * exist twice; a cache needs room only for buffers and fragmentation.
 */
export const dataShare: Record<RedisPurpose, number> = { cache: 0.85, state: 0.7 };

export function redisSpec(name: string, args: RedisArgs): RedisSpec {
  const spec: RedisSpec = {
    image: args.image ?? images.redis,
    exporterImage: args.exporterImage ?? images.redisExporter,
    purpose: args.purpose,
    maxMemory: args.maxMemory,
    resources: args.resources,
    storage: args.storage,
    storageClass: args.storageClass,
    passwordVersion: args.passwordVersion ?? 1,
    protect: args.protect ?? false,
  };
  refuse("Redis", name, [
    !Object.values(RedisPurpose).includes(spec.purpose) && `purpose "${spec.purpose}" is unknown; use ${Object.values(RedisPurpose).join(" or ")}.`,
    ...resourceProblems("resources", spec.resources),
    memoryProblem(spec),
    spec.purpose === RedisPurpose.state && !spec.storage && "purpose state keeps its data on a volume; give storage, such as 1Gi.",
    spec.purpose === RedisPurpose.cache && spec.storage && `storage ${spec.storage} is never used, a cache writes no disk; leave it out, or use purpose state.`,
    spec.storage &&
      !(bytes(spec.storage) >= bytes(spec.maxMemory) * 3) &&
      `storage ${spec.storage} is less than three times maxMemory ${spec.maxMemory}: the append-only file and its rewrite; give at least ${formatMemory(bytes(spec.maxMemory) * 3)}.`,
  ]);
  return spec;
}

function memoryProblem({ purpose, maxMemory, resources }: RedisSpec): string | false {
  const share = dataShare[purpose];
  const [data, limit] = [bytes(maxMemory), bytes(resources.memory)];
  if (!(data > 0)) return `maxMemory "${maxMemory}" is no amount of memory; write it as 64Mi or 2Gi.`;
  if (!share || !(data > limit * share)) return false;
  return (
    `maxMemory ${maxMemory} exceeds ${share * 100} % of the memory limit ${resources.memory}; ` +
    `raise resources.memory to at least ${formatMemory(data / share)} or lower maxMemory.`
  );
}
