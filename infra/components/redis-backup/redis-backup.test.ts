import { expect, test } from "vitest";
import type { ServiceBinding } from "../binding.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { restoreTemplate } from "../redis-restore/jobs.ts";
import { RedisRestore, type RedisRestoreArgs } from "../redis-restore/redis-restore.ts";
import { redisRestoreSpec } from "../redis-restore/spec.ts";
import { backupCronJob } from "./cron-job.ts";
import { RedisBackup, type RedisBackupArgs } from "./redis-backup.ts";
import { redisBackupSpec } from "./spec.ts";
import { toolResources } from "./tool-pod.ts";

const login = (username: string): ServiceBinding => ({
  name: "redis-state",
  namespace: "links",
  host: "redis-state",
  port: 6379,
  settings: { username },
  secretName: `redis-state-${username}-1`,
  secretFiles: ["password"],
});
const store: ServiceBinding = {
  name: "backups",
  namespace: "links",
  host: "store",
  port: 7070,
  settings: { bucket: "b", endpoint: "http://store:7070", prefix: "backups", region: "us-east-1" },
};
const keyed = (name: string): ServiceBinding => ({ ...store, name, secretName: `${name}-key`, secretFiles: ["access-key-id", "secret-access-key"] });
const args: RedisBackupArgs = {
  namespace: "links",
  redis: login("copy"),
  maxMemory: "64Mi",
  bucket: keyed("backups"),
  bucketReader: keyed("backups-reader"),
  schedule: "47 3 * * *",
};
const restoreArgs: RedisRestoreArgs = { namespace: "links", redis: login("restore"), maxMemory: "64Mi", bucket: keyed("backups-reader") };

test.each<[string, Partial<RedisBackupArgs>, RegExp]>([
  ["a schedule that never fires", { schedule: "0 1 31 2 *" }, /schedule "0 1 31 2 \*" never fires/],
  ["no time at all", { deadlineMinutes: 0 }, /deadlineMinutes 0 is no time/],
  ["the application's login", { redis: login("app") }, /logs in as app, not as copy; give the backupBinding of a Redis of purpose state/],
  ["no amount of memory", { maxMemory: "64 MB" }, /maxMemory "64 MB" is no amount of memory/],
  ["a binding of something else for the bucket", { bucket: login("copy") }, /bucket "redis-state" has no setting bucket/],
  ["a reader without the key that the writer has", { bucketReader: store }, /bucket and bucketReader are of two kinds/],
])("a backup refuses %s", (_, change, message) => expect(() => new RedisBackup("redis-backup", { ...args, ...change })).toThrow(message));

test.each<[string, Partial<RedisRestoreArgs>, RegExp]>([
  ["what names no backup", { backup: "yesterday" }, /backup "yesterday" names no backup; write latest/],
  ["a moment to come", { backup: "2099-01-01T00:00:00Z" }, /is still to come/],
  ["the login that copies", { redis: login("copy") }, /logs in as copy, not as restore; give the restoreBinding/],
])("a restore refuses %s", (_, change, message) => expect(() => new RedisRestore("redis-restore", { ...restoreArgs, ...change })).toThrow(message));

// What the specs are made of is plain here, so they can be read as the objects that they become.
interface Pod {
  spec: {
    jobTemplate: {
      spec: { template: { spec: { containers: { env: { name: string; value?: string }[] }[]; volumes: { secret?: { secretName: string } }[] } } };
    };
  };
}
const identity = (name: string) => ({ name, kind: name, component: "backup", namespace: "links" });
const read = (cronJob: unknown) => {
  const { containers, volumes } = (cronJob as Pod).spec.jobTemplate.spec.template.spec;
  return {
    env: Object.fromEntries(containers[0]!.env.map(({ name, value }) => [name, value])),
    secrets: volumes.flatMap(({ secret }) => (secret ? [secret.secretName] : [])),
  };
};

test("a backup holds the key of the bucket and a login that reads no key; no variable holds a secret", () => {
  const { env, secrets } = read(backupCronJob(identity("redis-backup"), redisBackupSpec("redis-backup", args), { tools: "tools", key: "encryption" }));
  expect(secrets).toEqual(["redis-state-copy-1", "backups-key", "backups-reader-key", "encryption"]);
  expect(env).toMatchObject({ DATABASE: "redis-state", REDIS_USERNAME: "copy", PASSWORD_FILE: "/run/secrets/bindings/redis-state/password" });
});

test("a restore can't write to the bucket, and by hand it brings what is missing", () => {
  const { env, secrets } = read(restoreTemplate(identity("redis-restore"), redisRestoreSpec("redis-restore", restoreArgs), { tools: "tools" }));
  expect(secrets).toEqual(["redis-state-restore-1", "backups-reader-key"]);
  expect(env).toMatchObject({ BACKUP: "latest", MERGE: "true" });
  expect(env.WRITER_ACCESS_KEY_DIRECTORY).toBeUndefined();
});

test("room follows from the data: once in memory, once on the disk, beside the program", () => {
  const { memory, scratch, ephemeralStorage } = toolResources("256Mi");
  expect(bytes(memory)).toBeGreaterThan(bytes("256Mi") / 0.7 + bytes("120Mi"));
  expect(bytes(scratch)).toBeGreaterThanOrEqual(bytes("256Mi"));
  expect(bytes(ephemeralStorage!)).toBeGreaterThan(bytes(scratch) + bytes("128Mi"));
});
