import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { usersAcl } from "./access.ts";
import { redisConf } from "./configuration.ts";
import { type ManagedRedisArgs, Redis, type RedisArgs } from "./redis.ts";
import { redisSpec } from "./spec.ts";

const cache: RedisArgs = { namespace: "links", purpose: "cache", maxMemory: "48Mi", resources: { cpu: "20m", memory: "80Mi" } };
const state: RedisArgs = { ...cache, purpose: "state", storage: "1Gi" };
const elastiCache: ManagedRedisArgs = {
  region: "eu-central-1",
  vpcId: "vpc-0a1b2c3d",
  subnetIds: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"],
  clientCidrs: ["10.0.0.0/16"],
  nodeType: "cache.t4g.small",
};
const managed: RedisArgs = { namespace: "links", purpose: "state", mode: "managed", managed: elastiCache };
const managedWith = (change: Partial<ManagedRedisArgs>): RedisArgs => ({ ...managed, managed: { ...elastiCache, ...change } });

test.each<[string, RedisArgs, RegExp]>([
  [
    "more data than a forking server can hold",
    { ...state, maxMemory: "60Mi" },
    /maxMemory 60Mi exceeds 70 % of the memory limit 80Mi; raise resources\.memory to at least 86Mi/,
  ],
  ["more data than a cache can hold", { ...cache, maxMemory: "79Mi" }, /maxMemory 79Mi exceeds 85 % .* at least 93Mi/],
  ["state without a volume", { ...state, storage: undefined }, /purpose state keeps its data on a volume; give storage/],
  ["a cache with a volume", { ...cache, storage: "1Gi" }, /storage 1Gi is never used/],
  ["a volume too small for a rewrite", { ...state, storage: "100Mi" }, /storage 100Mi is less than three times maxMemory 48Mi.* at least 144Mi/],
  ["no bound of its data", { ...cache, maxMemory: undefined }, /maxMemory is missing; write it as 64Mi/],
  ["no resources", { ...cache, resources: undefined }, /resources is missing; give cpu and memory/],
  ["a replica of a cache", { ...cache, replica: true }, /replica keeps a second copy of data that may be lost at any time/],
  ["a promotion of nobody", { ...state, promoteReplica: true }, /promoteReplica needs a replica to promote; set replica to true/],
  ["an unknown mode", { ...cache, mode: "cluster" as never }, /mode "cluster" is unknown; use single or managed/],
  ["ElastiCache for a single server", { ...cache, managed: elastiCache }, /managed is given but mode is single/],
  ["ElastiCache without its place", { ...managed, managed: undefined }, /mode is managed but managed is missing; give its region/],
  ["a volume for ElastiCache", { ...managed, storage: "1Gi" }, /storage means nothing for mode managed/],
  ["a replica in one zone", { ...managedWith({ subnetIds: ["subnet-0a1b2c3d"] }), replica: true }, /names 1 subnets; give at least 2, in two zones/],
  ["ElastiCache open to nobody", managedWith({ clientCidrs: [] }), /clientCidrs is empty, so no pod could connect/],
  ["ElastiCache open to everybody", managedWith({ clientCidrs: ["0.0.0.0/0"] }), /clientCidrs "0\.0\.0\.0\/0" is no address range of a cluster/],
  ["no region", managedWith({ region: "Frankfurt" }), /managed\.region "Frankfurt" is no region/],
  ["a size of another service", managedWith({ nodeType: "db.t4g.small" }), /nodeType "db\.t4g\.small" is no node type/],
  [
    "a key of another region",
    managedWith({ kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/a" }),
    /is a key of us-east-1, but managed\.region is eu-central-1/,
  ],
  ["state that nobody copies", managedWith({ snapshotDays: 0 }), /snapshotDays 0 keeps no copy of state/],
  ["an unknown purpose", { ...cache, purpose: "queue" as never }, /purpose "queue" is unknown; use cache or state/],
])("refuses %s", (_, args, message) => expect(() => new Redis("redis", args)).toThrow(message));

test("the memory a refusal names is enough", () => {
  const withMemory = (memory: string) => redisSpec("redis", { ...state, maxMemory: "60Mi", resources: { cpu: "20m", memory } });
  expect(() => withMemory("85Mi")).toThrow(/at least 86Mi/);
  expect(withMemory("86Mi").single!.maxMemory).toBe("60Mi");
});

test("a cache forgets, state refuses instead", () => {
  expect(redisConf("cache", "48Mi")).toMatch(/^maxmemory-policy allkeys-lru$/m);
  expect(redisConf("cache", "48Mi")).toMatch(/^appendonly no$/m);
  expect(redisConf("state", "48Mi")).toMatch(/^maxmemory-policy noeviction$/m);
  expect(redisConf("state", "48Mi")).toMatch(/^appendonly yes$/m);
});

test("the users file holds hashes, and nobody may do more than PING without a password", () => {
  const acl = usersAcl({ app: "app-password", exporter: "exporter-password", copy: "copy-password" });
  expect(acl).not.toMatch(/-password/);
  expect(acl).toContain(`#${createHash("sha256").update("app-password").digest("hex")}`);
  expect(acl).toMatch(/^user default off /m);
  expect(acl).toMatch(/^user probe on nopass resetkeys resetchannels -@all \+ping$/m);
  expect(acl.match(/nopass/g)).toHaveLength(2);
});

test("only a follower is told of a leader, and it gives out nothing old", () => {
  expect(redisConf("state", "48Mi")).not.toMatch(/replica|follow/);
  expect(redisConf("state", "48Mi", "redis-state-peer")).toMatch(/^replicaof redis-state-peer 6379$/m);
  expect(redisConf("state", "48Mi", "redis-state-peer")).toMatch(/^replica-serve-stale-data no$/m);
});
