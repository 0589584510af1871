import type * as k8s from "@pulumi/kubernetes";
import { expect, test } from "vitest";
import type { ServiceBinding } from "../binding.ts";
import { identityOf } from "../kubernetes/identity.ts";
import { DatabaseRestore, type DatabaseRestoreArgs } from "./database-restore.ts";
import { restoreJob, restoreTemplate } from "./jobs.ts";
import { databaseRestoreSpec } from "./spec.ts";

const database: ServiceBinding = {
  name: "postgres",
  namespace: "links",
  host: "postgres",
  port: 5432,
  settings: { database: "links", username: "links_restore" },
  secretName: "postgres-restore",
  secretFiles: ["password", "ca.crt"],
  authoritySecretName: "postgres-tls",
  podSelector: { a: "b" },
};
const bucket: ServiceBinding = {
  name: "backups-reader",
  namespace: "links",
  host: "store",
  port: 7070,
  settings: { bucket: "links-backups", endpoint: "http://store:7070", prefix: "backups", region: "us-east-1" },
  secretName: "reader-key",
  secretFiles: ["access-key-id", "secret-access-key"],
  podSelector: { a: "c" },
};
const args: DatabaseRestoreArgs = { namespace: "links", database, bucket };
const identity = identityOf("postgres-restore", "database-restore", "restore", args);

test.each<[string, Partial<DatabaseRestoreArgs>, RegExp]>([
  ["a backup that is none", { backup: "newest" }, /backup "newest" names no backup; write latest, a name such as/],
  ["a moment to come", { backup: "2099-01-01T00:00:00Z" }, /backup 2099-01-01T00:00:00Z is still to come/],
  [
    "a login that can't make databases",
    { database: { ...database, secretFiles: [] } },
    /database "postgres" has no secret file password; give the restoreBinding/,
  ],
  ["something that is no bucket", { bucket: database }, /bucket "postgres" has no setting bucket; give the readerBinding of a BackupBucket/],
  ["more streams than the memory holds", { parallel: 8 }, /resources\.memory 160Mi is too little for 8 streams at a time; raise it to at least 368Mi/],
  ["no streams", { parallel: 0 }, /parallel 0 is out of bounds/],
  ["a volume that holds nothing", { backup: "latest", recoveryStorage: "10Mi" }, /recoveryStorage "10Mi" holds no database/],
  ["a replay by hand", { recoveryStorage: "10Gi" }, /recoveryStorage is for a restore while the stack comes up; give backup too/],
  [
    "less memory than a server that replays needs",
    { backup: "latest", recoveryStorage: "10Gi", resources: { cpu: "100m", memory: "256Mi" } },
    /resources\.memory 256Mi is too little for 2 streams at a time and a server that replays the log; raise it to at least 536Mi/,
  ],
  ["no time", { deadlineMinutes: 0.5 }, /deadlineMinutes 0\.5 is no time/],
])("refuses %s", (_, change, message) => expect(() => new DatabaseRestore("postgres-restore", { ...args, ...change })).toThrow(message));

test("a restore by hand never begins by itself, and no password or key is in a variable", () => {
  const { spec } = restoreTemplate(identity, databaseRestoreSpec("postgres-restore", args), { tools: "tools", key: "key" }) as unknown as {
    spec: Record<string, never>;
  };
  expect(spec).toMatchObject({ suspend: true, jobTemplate: { spec: { backoffLimit: 0 } } });
  const [{ env }] = (spec as unknown as { jobTemplate: { spec: { template: { spec: { containers: [{ env: { name: string; value: string }[] }] } } } } })
    .jobTemplate.spec.template.spec.containers;
  const values = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({
    CA_FILE: "/run/secrets/bindings/postgres/ca.crt",
    ENCRYPTION_KEY_FILE: "/run/secrets/encryption/key",
    PASSWORD_FILE: "/run/secrets/bindings/postgres/password",
    READER_ACCESS_KEY_DIRECTORY: "/run/secrets/bindings/backups-reader",
  });
  expect(Object.keys(values).filter((name) => /^WRITER|PASSWORD$|SECRET/.test(name))).toEqual([]);
});

test("the Job of an update brings back what is named, is tried again, and is made anew when it failed", () => {
  const job = restoreJob(identity, databaseRestoreSpec("postgres-restore", { ...args, backup: "latest", deadlineMinutes: 30 }), "latest", { tools: "tools" });
  expect(job).toMatchObject({
    metadata: { annotations: { "pulumi.com/replaceUnready": "true" } },
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: 1800,
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [
            {
              env: expect.arrayContaining([
                { name: "STEP", value: "fill" },
                { name: "SUBJECT", value: "latest" },
              ]),
            },
          ],
        },
      },
    },
  });
});

test("the log is replayed on a volume that goes with the pod", () => {
  const spec = databaseRestoreSpec("postgres-restore", { ...args, backup: "latest", recoveryStorage: "10Gi" });
  const { template } = restoreJob(identity, spec, "latest", { tools: "tools" }).spec as unknown as { template: { spec: k8s.types.input.core.v1.PodSpec } };
  const [{ command, env, resources }] = template.spec.containers as [k8s.types.input.core.v1.Container];
  expect(command).toContain("/tools/replay/main.js");
  expect(env).toContainEqual({ name: "DIRECTORY", value: "/recovered/server" });
  expect(resources).toMatchObject({ limits: { memory: "544Mi" } });
  expect(template.spec.volumes).toContainEqual({
    name: "data",
    ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } } } },
  });
});
