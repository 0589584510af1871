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
  [
    "too little memory for parts of an upload",
    { uploadResources: { cpu: "50m", memory: "32Mi" } },
    /uploadResources\.memory 32Mi is too little .* at least 96Mi/,
  ],
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
  name: string;
  env: { name: string; value?: string; valueFrom?: unknown }[];
  volumeMounts: { name: string; mountPath: string }[];
}

function podOf(change: Partial<PostgresBackupArgs> = {}) {
  const identity = { name: "postgres-backup", kind: "postgres-backup", component: "backup", namespace: "links" };
  const cronJob = backupCronJob(identity, postgresBackupSpec("postgres-backup", { ...args, ...change }), "scripts-1") as unknown as Plain;
  const { containers, volumes } = cronJob.spec.jobTemplate.spec.template.spec;
  const [dump, upload] = containers as [Container, Container];
  const secrets = (container: Container) =>
    volumes.filter(({ name, secret }) => secret && container.volumeMounts.some((mount) => mount.name === name)).map(({ secret }) => secret!.secretName);
  const env = (container: Container) => Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
  return { containers, dump, upload, secrets, env };
}

test("neither half of the pod holds the secrets of the other", () => {
  const { dump, upload, secrets } = podOf();
  expect(secrets(dump)).toEqual(["postgres-backup-1"]);
  expect(secrets(upload)).toEqual(["backups-key", "backups-reader-key"]);
});

test("no variable holds a secret, and none is named twice", () => {
  for (const { env } of podOf().containers) {
    expect(env.filter(({ valueFrom }) => JSON.stringify(valueFrom ?? "").includes("secretKeyRef"))).toEqual([]);
    const names = env.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(names.filter((name) => /PASSWORD$|ACCESS_KEY/.test(name))).toEqual([]);
  }
});

test("without a key the pod's own identity is used, and nothing is read from a file", () => {
  const { upload, secrets, env } = podOf({ bucket: store, bucketReader: { ...store, name: "backups-reader" } });
  expect(secrets(upload)).toEqual([]);
  expect(env(upload)).toMatchObject({ RCLONE_CONFIG_WRITER_ENV_AUTH: "true", RCLONE_CONFIG_READER_ENV_AUTH: "true" });
  expect(Object.keys(env(upload))).not.toContain("WRITER_KEY_DIRECTORY");
});

test("an upload names the bucket's key, or the bucket's policy would refuse it", () => {
  const aws = { ...store, settings: { ...store.settings, provider: "AWS", kmsKey: "arn:aws:kms:eu-central-1:1:key/own" } };
  const { upload, env } = podOf({ bucket: aws, bucketReader: { ...aws, name: "backups-reader" } });
  expect(env(upload)).toMatchObject({
    RCLONE_CONFIG_WRITER_SERVER_SIDE_ENCRYPTION: "aws:kms",
    RCLONE_CONFIG_WRITER_SSE_KMS_KEY_ID: "arn:aws:kms:eu-central-1:1:key/own",
  });
});
