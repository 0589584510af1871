import { expect, test } from "vitest";
import type { ServiceBinding } from "../binding.ts";
import { archiverPod } from "./pod.ts";
import { recoveryCronJob } from "./recovery-job.ts";
import { walArchiveSpec } from "./spec.ts";
import { WalArchive, type WalArchiveArgs } from "./wal-archive.ts";

const database: ServiceBinding = {
  ...{ name: "postgres", namespace: "links", host: "postgres", port: 5432 },
  settings: { database: "links", username: "links_archive", sslMode: "verify-full" },
  ...{ secretName: "postgres-archive-1", secretFiles: ["password", "ca.crt"], authoritySecretName: "postgres-tls" },
};
const store: ServiceBinding = {
  ...{ name: "backups", namespace: "links", host: "store", port: 7070 },
  settings: { bucket: "b", endpoint: "http://store:7070", prefix: "backups", region: "us-east-1" },
};
const keyed = (binding: ServiceBinding): ServiceBinding => ({
  ...binding,
  secretName: `${binding.name}-key`,
  secretFiles: ["access-key-id", "secret-access-key"],
});
const args: WalArchiveArgs = {
  ...{ namespace: "links", database, bucket: keyed(store), bucketReader: keyed({ ...store, name: "backups-reader" }) },
  ...{ recoveryStorage: "10Gi", monitoring: { namespace: "monitoring" } },
};

test.each<[string, Partial<WalArchiveArgs>, RegExp]>([
  ["a schedule that never fires", { baseSchedule: "0 1 31 2 *" }, /baseSchedule "0 1 31 2 \*" never fires/],
  ["a binding of something else", { database: store }, /database "backups" has no setting database; give the archiveBinding of a Postgres/],
  ["a reader without the key that the writer has", { bucketReader: store }, /bucket and bucketReader are of two kinds/],
  ["too little memory for a base backup beside it", { resources: { cpu: "20m", memory: "128Mi" } }, /memory 128Mi has no room .* at least 192Mi/],
  ["a volume that holds nothing", { recoveryStorage: "10Mi" }, /recoveryStorage "10Mi" holds no database/],
])("refuses %s", (_, change, message) => expect(() => new WalArchive("postgres-wal", { ...args, ...change })).toThrow(message));

const identity = { name: "postgres-wal", kind: "wal-archive", component: "backup", namespace: "links" };
const spec = walArchiveSpec("postgres-wal", args);
const mounted = { tools: "tools-1", key: "key-1" };

test("the pod has room for all that may wait, or the kubelet evicts it just when the bucket is away", () => {
  const { containers } = archiverPod(identity, spec, mounted).spec;
  const [{ env, resources }] = containers as unknown as [{ env: { name: string; value: string }[]; resources: { limits: Record<string, string> } }];
  const waiting = Number(env.find(({ name }) => name === "MOST_WAITING")!.value);
  // Two segments underway, 125 MiB of Node, 32 MiB for the rest.
  expect(Number.parseInt(resources.limits["ephemeral-storage"]!, 10)).toBeGreaterThanOrEqual((waiting + 2) * 16 + 125 + 32);
});

test("a recovery knows the bucket's reader and nothing of the running server", () => {
  const job = JSON.stringify(recoveryCronJob(identity, spec, mounted));
  expect(job).toContain("backups-reader-key");
  expect(job).not.toContain("backups-key");
  expect(job).not.toContain("postgres-archive-1");
  expect(JSON.parse(job).spec.suspend).toBe(true);
});
