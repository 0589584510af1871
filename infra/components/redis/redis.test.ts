import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { redisConf, usersAcl } from "./configuration.ts";
import { Redis, type RedisArgs } from "./redis.ts";
import { redisSpec } from "./spec.ts";

const cache: RedisArgs = { namespace: "links", purpose: "cache", maxMemory: "48Mi", resources: { cpu: "20m", memory: "80Mi" } };
const state: RedisArgs = { ...cache, purpose: "state", storage: "1Gi" };

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
  ["an unknown purpose", { ...cache, purpose: "queue" as never }, /purpose "queue" is unknown; use cache or state/],
])("refuses %s", (_, args, message) => expect(() => new Redis("redis", args)).toThrow(message));

test("the memory a refusal names is enough", () => {
  const withMemory = (memory: string) => redisSpec("redis", { ...state, maxMemory: "60Mi", resources: { cpu: "20m", memory } });
  expect(() => withMemory("85Mi")).toThrow(/at least 86Mi/);
  expect(withMemory("86Mi").maxMemory).toBe("60Mi");
});

test("a cache forgets, state refuses instead", () => {
  expect(redisConf("cache", "48Mi")).toMatch(/^maxmemory-policy allkeys-lru$/m);
  expect(redisConf("cache", "48Mi")).toMatch(/^appendonly no$/m);
  expect(redisConf("state", "48Mi")).toMatch(/^maxmemory-policy noeviction$/m);
  expect(redisConf("state", "48Mi")).toMatch(/^appendonly yes$/m);
});

test("the users file holds hashes, and nobody may do more than PING without a password", () => {
  const acl = usersAcl("app-password", "exporter-password");
  expect(acl).not.toMatch(/-password/);
  expect(acl).toContain(`#${createHash("sha256").update("app-password").digest("hex")}`);
  expect(acl).toMatch(/^user default on nopass resetkeys resetchannels -@all \+ping$/m);
});
