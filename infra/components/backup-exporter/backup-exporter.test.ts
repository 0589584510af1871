import { expect, test } from "vitest";
import type { ServiceBinding } from "../binding.ts";
import { BackupExporter, type BackupExporterArgs } from "./backup-exporter.ts";
import { backupExporterPod } from "./pod.ts";

const bucketReader: ServiceBinding = {
  name: "backups-reader",
  namespace: "links",
  host: "store",
  port: 7070,
  settings: { bucket: "b", endpoint: "http://store:7070", prefix: "backups", provider: "Other", region: "us-east-1" },
  secretName: "reader-1",
  secretFiles: ["access-key-id", "secret-access-key"],
};
const args: BackupExporterArgs = { namespace: "links", bucketReader, monitoring: { namespace: "monitoring" } };

test("mistakes are refused with their mend, all at once", () => {
  const wrong = { ...args, bucketReader: { ...bucketReader, settings: {} }, lookSeconds: 600, resources: { cpu: "1 m", memory: "64Mi" } };
  expect(() => new BackupExporter("backup-exporter", wrong)).toThrow(
    /bucketReader "backups-reader" has no setting bucket; give the readerBinding[\s\S]*lookSeconds 600 is out of bounds[\s\S]*resources\.cpu "1 m" is no CPU/,
  );
});

test("it reads as the reader, by files, and knows no other identity", () => {
  const identity = { name: "backup-exporter", kind: "backup-exporter", component: "metrics", namespace: "links" };
  const pod = backupExporterPod(identity, { ...args, drillPublicKey: "-----BEGIN PUBLIC KEY-----" }, "programs-1");
  const [{ env, command }] = pod.spec.containers as unknown as [{ env: { name: string; value: string }[]; command: string[] }];
  const variables = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  expect(command).toEqual(["node", "--expose-gc", expect.stringMatching(/^--max-old-space-size=/), "--max-semi-space-size=1", "/tools/exporter/main.js"]);
  expect(variables).toMatchObject({ BUCKET: "b", LOOK_SECONDS: "60", READER_ACCESS_KEY_DIRECTORY: "/run/secrets/bindings/backups-reader" });
  expect(Object.keys(variables).filter((name) => name.startsWith("WRITER"))).toEqual([]);
});
