import { createHash } from "node:crypto";
import { bytes } from "../kubernetes/quantities.ts";
import type { RedisPurpose } from "./redis.ts";

export const configDirectory = "/etc/redis";
export const dataDirectory = "/data";
export const usersFile = "/run/secrets/redis/users.acl";
export const port = 6379;

/** redis.conf for a purpose: a cache may forget anything at any time, state may forget nothing. */
export function redisConf(purpose: RedisPurpose, maxMemory: string): string {
  const common = [
    `port ${port}`,
    "bind * -::*",
    // Access is by the users file; protected mode would refuse every other pod whatever its password.
    "protected-mode no",
    `aclfile ${usersFile}`,
    `dir ${dataDirectory}`,
    "daemonize no",
    `maxmemory ${bytes(maxMemory)}`,
    "timeout 0",
    "tcp-keepalive 60",
    "lazyfree-lazy-eviction yes",
    "lazyfree-lazy-expire yes",
    "slowlog-log-slower-than 10000",
  ];
  const byPurpose: Record<RedisPurpose, string[]> = {
    cache: ["maxmemory-policy allkeys-lru", 'save ""', "appendonly no"],
    // noeviction: an evicted counter is a limit that nobody keeps. Everysec loses at most a second of writes.
    state: ["maxmemory-policy noeviction", 'save ""', "appendonly yes", "appendfsync everysec", "aof-use-rdb-preamble yes"],
  };
  return [...common, ...byPurpose[purpose]].join("\n").concat("\n");
}

/**
 * The users file. It holds hashes, so that who reads it still can't log in. The default user, whom nobody has to be, may do one
 * thing: PING, which is what the probes do.
 */
export function usersAcl(appPassword: string, exporterPassword: string): string {
  const hash = (password: string) => `#${createHash("sha256").update(password).digest("hex")}`;
  return [
    "user default on nopass resetkeys resetchannels -@all +ping",
    // Without FLUSHALL, CONFIG, DEBUG, KEYS, SHUTDOWN and their kind; INFO is what clients ask at connection to see whether data is loaded.
    `user app on ${hash(appPassword)} ~* &* +@all -@admin -@dangerous +info`,
    `user exporter on ${hash(exporterPassword)} resetkeys -@all +ping +info +config|get +slowlog|len +slowlog|get +latency|latest +latency|histogram +client|list +client|setname`,
    "",
  ].join("\n");
}
