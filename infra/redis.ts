import type * as pulumi from "@pulumi/pulumi";
import type { Monitoring } from "./components/index.ts";
import {
  type ComponentArgs,
  type ManagedRedisArgs,
  Redis,
  RedisBackup,
  RedisMode,
  RedisPurpose,
  RedisRestore,
  type ServiceBinding,
} from "./components/index.ts";
import type { StackConfig } from "./config/load.ts";

/** The two servers of a stack: what protects state would break a cache, and the other way round. */
export interface RedisServers {
  cache: Redis;
  state: Redis;
}

export function redisServers(config: StackConfig, common: ComponentArgs, monitoring: Monitoring, opts: pulumi.ComponentResourceOptions): RedisServers {
  const { images, namespace, protectData: protect, redis } = config;
  const { managed, state } = redis;
  const each = { ...common, exporterImage: images.redisExporter, monitoring, protect, passwordVersion: redis.passwordVersion };
  const make = (purpose: RedisPurpose) => {
    const name = `redis-${purpose}`;
    const replica = purpose === RedisPurpose.state && state.replica;
    if (managed) return new Redis(name, { ...each, purpose, replica, mode: RedisMode.managed, managed: managedArgs(managed, purpose, namespace) }, opts);
    const single = { ...each, purpose, image: images.redis, maxMemory: redis[purpose].maxMemory, resources: redis[purpose] };
    if (purpose === RedisPurpose.cache) return new Redis(name, single, opts);
    return new Redis(name, { ...single, storage: state.storage, replica, promoteReplica: state.promoteReplica }, opts);
  };
  return { cache: make(RedisPurpose.cache), state: make(RedisPurpose.state) };
}

function managedArgs(managed: NonNullable<StackConfig["redis"]["managed"]>, purpose: RedisPurpose, namespace: string): ManagedRedisArgs {
  const { cacheNodeType, stateNodeType, snapshotDays, ...place } = managed;
  const isState = purpose === RedisPurpose.state;
  return { ...place, identifier: identifierOf(namespace, purpose), nodeType: isState ? stateNodeType : cacheNodeType, ...(isState && { snapshotDays }) };
}

/** Unique in the account, as far as namespaces are; of the 40 characters that ElastiCache allows, ten are for its users' names. */
function identifierOf(namespace: string, purpose: RedisPurpose): string {
  const letters = namespace.replaceAll(/-+/g, "-").replace(/^(?=\d)/, "n");
  return `${letters.slice(0, 24).replace(/-$/, "")}-${purpose}`;
}

/** Where backups go, and by which key they are encrypted. */
export interface BackupPlaces {
  bucket: ServiceBinding;
  bucketReader: ServiceBinding;
  encryptionKey?: pulumi.Input<string>;
}

/** Backups of state, where they are wanted, and the template of restores by hand. */
export function redisBackups(
  config: StackConfig,
  common: ComponentArgs,
  { state }: RedisServers,
  places: BackupPlaces,
  opts: pulumi.ComponentResourceOptions,
): void {
  const { backupSchedule: schedule, maxMemory } = config.redis.state;
  const { bucket, bucketReader, encryptionKey } = places;
  if (!schedule || !state.backupBinding || !state.restoreBinding) return;
  const tool = { ...common, maxMemory, encryptionKey, image: config.images.redis, nodeImage: config.images.node };
  new RedisBackup("redis-state-backup", { ...tool, redis: state.backupBinding, bucket, bucketReader, schedule }, opts);
  new RedisRestore("redis-state-restore", { ...tool, redis: state.restoreBinding, bucket: bucketReader }, opts);
}

/** What state is filled from while the stack comes up. */
export interface RedisSource {
  backup: string;
  bucket: ServiceBinding;
  encryptionKey?: pulumi.Input<string>;
}

/** Fills empty state from the backup that goes with the database's; what reads it waits. Only of a stack that backs state up. */
export function restoredState(
  config: StackConfig,
  common: ComponentArgs,
  { state }: RedisServers,
  source: RedisSource | undefined,
  opts: pulumi.ComponentResourceOptions,
) {
  if (!source || !config.redis.state.backupSchedule || !state.restoreBinding) return [];
  const tool = { ...common, maxMemory: config.redis.state.maxMemory, image: config.images.redis, nodeImage: config.images.node };
  return [new RedisRestore("redis-state-restore-from", { ...tool, ...source, redis: state.restoreBinding }, opts)];
}

/** Service accounts of these programs, by what they may do in the bucket. */
export function redisAccounts({ redis, restoreFrom }: Pick<StackConfig, "redis" | "restoreFrom">): Record<"writers" | "readers", string[]> {
  if (!redis.state.backupSchedule) return { writers: [], readers: [] };
  return { writers: ["redis-state-backup"], readers: ["redis-state-restore", ...(restoreFrom ? ["redis-state-restore-from"] : [])] };
}
