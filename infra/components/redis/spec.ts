import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ContainerResources } from "../component-args.ts";
import { images } from "../images.ts";
import { bytes, formatMemory } from "../kubernetes/quantities.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import { type ManagedRedisSpec, managedProblems, managedSpec } from "./managed-spec.ts";
import { type RedisArgs, RedisMode, RedisPurpose } from "./redis.ts";

/** The arguments with every default filled in. Exactly one of `single` and `managed` is there. */
export interface RedisSpec {
  exporterImage: pulumi.Input<string>;
  purpose: RedisPurpose;
  passwordVersion: number;
  single?: SingleRedisSpec;
  managed?: ManagedRedisSpec;
}

/** Servers of our own in the cluster. */
export interface SingleRedisSpec {
  image: pulumi.Input<string>;
  purpose: RedisPurpose;
  maxMemory: string;
  resources: ContainerResources;
  storage?: string;
  storageClass?: string;
  replica: boolean;
  promoteReplica: boolean;
  protect: boolean;
}

/**
 * Largest share of the container's memory that data may take. State is rewritten by a forked process, and pages written meanwhile
 * exist twice; a cache needs room only for buffers and fragmentation.
 */
export const dataShare: Record<RedisPurpose, number> = { cache: 0.85, state: 0.7 };

export function redisSpec(name: string, args: RedisArgs): RedisSpec {
  const mode = args.mode ?? RedisMode.single;
  const spec = { exporterImage: args.exporterImage ?? images.redisExporter, purpose: args.purpose, passwordVersion: args.passwordVersion ?? 1 };
  const managed = mode === RedisMode.managed;
  refuse("Redis", name, [
    !Object.values(RedisPurpose).includes(args.purpose) && `purpose "${args.purpose}" is unknown; use ${Object.values(RedisPurpose).join(" or ")}.`,
    !Object.values(RedisMode).includes(mode) && `mode "${mode}" is unknown; use ${Object.values(RedisMode).join(" or ")}.`,
    args.promoteReplica && !args.replica && "promoteReplica needs a replica to promote; set replica to true, or remove promoteReplica.",
    ...(managed ? managedProblems(name, args) : singleProblems(args)),
  ]);
  return managed ? { ...spec, managed: managedSpec(name, args) } : { ...spec, single: singleSpec(args) };
}

function singleSpec(args: RedisArgs): SingleRedisSpec {
  return {
    image: args.image ?? images.redis,
    purpose: args.purpose,
    maxMemory: args.maxMemory!,
    resources: args.resources!,
    storage: args.storage,
    storageClass: args.storageClass,
    replica: args.replica ?? false,
    promoteReplica: args.promoteReplica ?? false,
    protect: args.protect ?? false,
  };
}

function singleProblems({ managed, maxMemory, purpose, replica, resources, storage }: RedisArgs): (string | false | undefined)[] {
  const state = purpose === RedisPurpose.state;
  return [
    managed !== undefined && "managed is given but mode is single; remove managed or set mode to managed.",
    resources === undefined && "resources is missing; give cpu and memory, such as 20m and 96Mi.",
    ...(resources ? resourceProblems("resources", resources) : []),
    memoryProblem(purpose, maxMemory, resources),
    state && !storage && "purpose state keeps its data on a volume; give storage, such as 1Gi.",
    purpose === RedisPurpose.cache && storage && `storage ${storage} is never used, a cache writes no disk; leave it out, or use purpose state.`,
    replica && purpose === RedisPurpose.cache && "replica keeps a second copy of data that may be lost at any time; leave it out, or use purpose state.",
    storage &&
      maxMemory &&
      !(bytes(storage) >= bytes(maxMemory) * 3) &&
      `storage ${storage} is less than three times maxMemory ${maxMemory}: the append-only file and its rewrite; give at least ${formatMemory(bytes(maxMemory) * 3)}.`,
  ].map((problem) => problem || undefined);
}

function memoryProblem(purpose: RedisPurpose, maxMemory: string | undefined, resources: ContainerResources | undefined): string | undefined {
  if (maxMemory === undefined) return "maxMemory is missing; write it as 64Mi or 2Gi.";
  const share = dataShare[purpose];
  const data = bytes(maxMemory);
  if (!(data > 0)) return `maxMemory "${maxMemory}" is no amount of memory; write it as 64Mi or 2Gi.`;
  if (!resources || !share || !(data > bytes(resources.memory) * share)) return undefined;
  return (
    `maxMemory ${maxMemory} exceeds ${share * 100} % of the memory limit ${resources.memory}; ` +
    `raise resources.memory to at least ${formatMemory(data / share)} or lower maxMemory.`
  );
}
