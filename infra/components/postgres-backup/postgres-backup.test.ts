import { expect, test } from "vitest";
import type { ServiceBinding } from "../binding.ts";
import { backupCronJob } from "./cron-job.ts";
import { PostgresBackup, type PostgresBackupArgs } from "./postgres-backup.ts";
import { postgresBackupSpec } from "./spec.ts";

const database: ServiceBinding = {
  name: "postgres",
  namespace: "links",
  host: "postgres",
  port: 5432,
  settings: { database: "links", username: "links_backup" },
  secretName: "postgres-backup-1",
  secretFiles: ["password"],
};
const store: ServiceBinding = {
  name: "backups",
  namespace: "links",
  host: "store",
  port: 7070,
  settings: { bucket: "b", endpoint: "http://store:7070", prefix: "backups", provider: "Other", region: "us-east-1" },
};
const keyed = (binding: ServiceBinding): ServiceBinding => ({
  ...binding,
  secretName: `${binding.name}-key`,
  secretFiles: ["access-key-id", "secret-access-key"],
});
const args: PostgresBackupArgs = {
  namespace: "links",
  database,
  bucket: keyed(store),
  bucketReader: keyed({ ...store, name: "backups-reader" }),
  schedule: "17 3 * * *",
};

test.each<[string, Partial<PostgresBackupArgs>, RegExp]>([
  ["a schedule that never fires", { schedule: "0 1 31 2 *" }, /schedule "0 1 31 2 \*" never fires/],
  ["a schedule for every minute", { schedule: "* * * * *" }, /fires 60 times an hour; at most 12/],
  ["no time at all", { deadlineMinutes: 0 }, /deadlineMinutes 0 is no time/],
  ["a binding of something else for the database", { database: store }, /database "backups" has no setting database; give the backupBinding of a Postgres/],
  ["a binding of something else for the bucket", { bucket: database }, /bucket "postgres" has no setting bucket; give the bindings of a BackupBucket/],
  ["a reader without the key that the writer has", { bucketReader: store }, /bucket and bucketReader are of two kinds/],
  ["no table at a time", { parallel: 0 }, /parallel 0 is out of bounds; dump 1 to 8/],
  [
    "too little memory for so many tables at a time",
    { parallel: 4, resources: { cpu: "50m", memory: "128Mi" } },
    /resources\.memory 128Mi is too little for 4 tables at a time; raise it to at least 188Mi, or lower parallel/,
  ],
  ["a key that is none, without showing it", { encryptionKey: "hunter2" }, /^(?!.*hunter2).*encryptionKey is no key of 64 hex digits/],
  ["a misspelled quantity", { resources: { cpu: "50 m", memory: "64Mi" } }, /resources\.cpu "50 m" is no CPU quantity/],
])("refuses %s", (_, change, message) => expect(() => new PostgresBackup("postgres-backup", { ...args, ...change })).toThrow(message));

test("refuses a name to which Kubernetes can't add a run's own", () => {
  expect(() => new PostgresBackup("b".repeat(53), args)).toThrow(/53 characters long; a CronJob takes at most 52/);
});

// What the specs are made of is plain here, so they can be read as the objects that they become.
interface Plain {
  spec: { jobTemplate: { spec: { template: { spec: { containers: Container[]; volumes: { name: string; secret?: { secretName: string } }[] } } } } };
}
interface Container {
  env: { name: string; value?: string; valueFrom?: unknown }[];
  resources: { limits: Record<string, string> };
}

function podOf(change: Partial<PostgresBackupArgs> = {}, key?: string) {
  const identity = { name: "postgres-backup", kind: "postgres-backup", component: "backup", namespace: "links" };
  const spec = postgresBackupSpec("postgres-backup", { ...args, ...change });
  const cronJob = backupCronJob(identity, spec, { tools: "tools-1", key }) as unknown as Plain;
  const { containers, volumes } = cronJob.spec.jobTemplate.spec.template.spec;
  const [container] = containers as [Container];
  const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
  return { container, env, secrets: volumes.flatMap(({ secret }) => (secret ? [secret.secretName] : [])) };
}

test("the pod holds the login that reads, and the bucket's two identities, each as files", () => {
  const { secrets, env } = podOf();
  expect(secrets).toEqual(["postgres-backup-1", "backups-key", "backups-reader-key"]);
  expect(env).toMatchObject({
    PASSWORD_FILE: "/run/secrets/bindings/postgres/password",
    WRITER_ACCESS_KEY_DIRECTORY: "/run/secrets/bindings/backups",
    READER_ACCESS_KEY_DIRECTORY: "/run/secrets/bindings/backups-reader",
  });
});

test("no variable holds a secret, and none is named twice", () => {
  const { container } = podOf({ encryptionKey: "ab".repeat(32) }, "key-1");
  expect(JSON.stringify(container.env)).not.toMatch(/secretKeyRef|abab/);
  const names = container.env.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test("without a key of the bucket the pod's own identity is used, and nothing is read from a file", () => {
  const { secrets, env } = podOf({ bucket: store, bucketReader: { ...store, name: "backups-reader" } });
  expect(secrets).toEqual(["postgres-backup-1"]);
  expect(Object.keys(env)).not.toContain("WRITER_ACCESS_KEY_DIRECTORY");
});

test("the bucket's own key is named, or its policy would refuse every part", () => {
  const aws = { ...store, settings: { ...store.settings, kmsKey: "arn:aws:kms:eu-central-1:1:key/own" } };
  expect(podOf({ bucket: aws, bucketReader: { ...aws, name: "backups-reader" } }).env.KMS_KEY).toBe("arn:aws:kms:eu-central-1:1:key/own");
});

test("only who asks for encryption gets a key's file", () => {
  expect(podOf().env).not.toHaveProperty("ENCRYPTION_KEY_FILE");
  expect(podOf({}, "key-1")).toMatchObject({ env: { ENCRYPTION_KEY_FILE: "/run/secrets/encryption/key" }, secrets: expect.arrayContaining(["key-1"]) });
});

test("memory grows with the tables at a time, and stays within 128Mi for two", () => {
  const memory = (parallel: number) => podOf({ parallel }).container.resources.limits.memory;
  expect([1, 2, 4].map(memory)).toEqual(["98Mi", "128Mi", "188Mi"]);
});
