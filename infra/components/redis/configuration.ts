import { bytes } from "../kubernetes/quantities.ts";
import type { RedisPurpose } from "./redis.ts";

export const configDirectory = "/etc/redis";
export const dataDirectory = "/data";
export const secretDirectory = "/run/secrets/redis";
export const port = 6379;

/** redis.conf for a purpose: a cache may forget anything at any time, state may forget nothing. `leader` is the server to follow, if any. */
export function redisConf(purpose: RedisPurpose, maxMemory: string, leader?: string): string {
  const common = [
    `port ${port}`,
    "bind * -::*",
    // Access is by the users file; protected mode would refuse every other pod whatever its password.
    "protected-mode no",
    `aclfile ${secretDirectory}/users.acl`,
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
    state: [
      // An evicted counter is a limit that nobody keeps.
      "maxmemory-policy noeviction",
      'save ""',
      "appendonly yes",
      // Loses at most a second of writes.
      "appendfsync everysec",
      "aof-use-rdb-preamble yes",
      // It would wait five seconds for more who want a copy; there are one follower and one backup at most.
      "repl-diskless-sync-delay 0",
    ],
  };
  const following =
    leader === undefined
      ? []
      : [
          `replicaof ${leader} ${port}`,
          `include ${secretDirectory}/follow.conf`,
          // A follower that lost its leader refuses everything, so it is not ready, and no backup is made of what is old.
          "replica-serve-stale-data no",
        ];
  return [...common, ...byPurpose[purpose], ...following].join("\n").concat("\n");
}
