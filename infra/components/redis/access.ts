import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** What the application may do: all keys, no administration. The same words for our own servers and for ElastiCache. */
export const appRules =
  // Without FLUSHALL, CONFIG, DEBUG, KEYS, SHUTDOWN and their kind; INFO is what clients ask at connection to see whether data is loaded.
  // Functions and the cache of scripts belong to all clients together; ending somebody else's script does too.
  "~* &* +@all -@admin -@dangerous -function -script|flush -script|kill +info";

export const exporterRules =
  "resetkeys -@all +ping +info +config|get +slowlog|len +slowlog|get +latency|latest +latency|histogram +client|list +client|setname";

/**
 * A login that copies everything may copy, and nothing else: not read a key, nor write one. SYNC is Redis' own way to a consistent
 * copy (a fork's memory), the one that replicas use.
 */
const copyRules = "resetkeys resetchannels -@all +ping +info +psync +sync +replconf +time";

/**
 * A login that brings keys back, and can read none. Beside RESTORE it has one key of its own, in which a restore says that it is
 * under way (backup-tools/redis/fill-redis.ts).
 */
const restoreRules = "resetchannels ~* -@all +ping +info +select +restore (+get +set +del ~slipway:restoring)";

/** A password for each login. */
export interface RedisPasswords {
  app: pulumi.Output<string>;
  exporter: pulumi.Output<string>;
  /** For backups, and for the replica. State of our own servers only: nobody copies a cache, and ElastiCache lets nobody copy. */
  copy?: pulumi.Output<string>;
  /** For restores. Like `copy`: ElastiCache restores its own snapshots. */
  restore?: pulumi.Output<string>;
}

/**
 * The users file. It holds hashes, so that who reads it still can't log in. Whoever gives no password may do one thing, as `probe`: PING.
 *
 * Nobody can be the default user, and yet it may do everything: the append-only file is read back as that user, and before Redis 8.6 a
 * transaction in it, which is what every script with two writes becomes, was dropped without a word where that user may not write
 * (redis/redis#14541, valkey-io/valkey#3983).
 */
export function usersAcl(passwords: { app: string; exporter: string; copy?: string; restore?: string }): string {
  const hash = (password: string) => `#${createHash("sha256").update(password).digest("hex")}`;
  return [
    "user default off nopass ~* &* +@all",
    "user probe on nopass resetkeys resetchannels -@all +ping",
    `user app on ${hash(passwords.app)} ${appRules}`,
    `user exporter on ${hash(passwords.exporter)} ${exporterRules}`,
    ...(passwords.copy === undefined ? [] : [`user copy on ${hash(passwords.copy)} ${copyRules}`]),
    ...(passwords.restore === undefined ? [] : [`user restore on ${hash(passwords.restore)} ${restoreRules}`]),
    "",
  ].join("\n");
}

/** The files of a server's Secret: its users, and for a pair the login with which each may follow the other. */
export function serverSecret(passwords: RedisPasswords, paired: boolean): Record<string, pulumi.Output<string>> {
  const { app, exporter, copy, restore } = passwords;
  const acl = pulumi.all([app, exporter, copy, restore]).apply(([a, e, c, r]) => usersAcl({ app: a!, exporter: e!, copy: c, restore: r }));
  const files: Record<string, pulumi.Output<string>> = { "users.acl": pulumi.secret(acl) };
  if (paired) {
    files["copy-password"] = copy!;
    files["follow.conf"] = pulumi.secret(pulumi.interpolate`masteruser copy\nmasterauth ${copy!}\n`);
  }
  return files;
}
