import { expect, test } from "vitest";
import type { ServiceBinding } from "../binding.ts";
import { drillCronJob } from "./cron-job.ts";
import { RestoreDrill, type RestoreDrillArgs } from "./restore-drill.ts";
import { restoreDrillSpec } from "./spec.ts";

const bucket: ServiceBinding = {
  name: "backups-drill",
  namespace: "links",
  host: "store.links",
  port: 7070,
  podSelector: { app: "store" },
  settings: { bucket: "b", endpoint: "http://store.links:7070", prefix: "backups", region: "us-east-1" },
  secretName: "drill-1",
  secretFiles: ["access-key-id", "secret-access-key"],
};
const args: RestoreDrillArgs = { namespace: "links-drill", database: "links", bucket, schedule: "47 4 * * *", storage: "4Gi" };

test.each<[string, Partial<RestoreDrillArgs>, RegExp]>([
  ["a schedule that never fires", { schedule: "0 1 31 2 *" }, /schedule "0 1 31 2 \*" never fires/],
  ["a volume for no server", { storage: "200Mi" }, /storage "200Mi" holds no server; write it as 10Gi/],
  ["a size that is none", { storage: "4 GB" }, /storage "4 GB" holds no server/],
  ["no streams", { parallel: 0 }, /parallel 0 is out of bounds; give a whole number from 1 to 32/],
  ["no time", { deadlineMinutes: 0 }, /deadlineMinutes 0 is no time/],
  [
    "a binding of something else",
    { bucket: { ...bucket, settings: {} } },
    /bucket "backups-drill" has no setting bucket; give the drillBinding of a BackupBucket/,
  ],
  [
    "memory for the program alone",
    { resources: { cpu: "100m", memory: "256Mi" } },
    /resources\.memory 256Mi is too little for a server and 2 streams at a time; raise it to at least 296Mi, or lower parallel/,
  ],
  ["a misspelled quantity", { resources: { cpu: "1 m", memory: "1Gi" } }, /resources\.cpu "1 m" is no CPU quantity/],
  [
    "two invariants of one name",
    {
      invariants: [
        { name: "whole", sql: "SELECT true" },
        { name: "whole", sql: " " },
      ],
    },
    /invariants names "whole" twice[\s\S]*invariants "whole" has no SQL/,
  ],
])("refuses %s", (_, change, message) => expect(() => new RestoreDrill("restore-drill", { ...args, ...change })).toThrow(message));

test("refuses a name to which Kubernetes can't add a run's own", () => {
  expect(() => new RestoreDrill("d".repeat(53), args)).toThrow(/53 characters long; a CronJob takes at most 52/);
});

interface Plain {
  spec: {
    jobTemplate: {
      spec: { podFailurePolicy: { rules: object[] }; template: { spec: { containers: Container[]; volumes: { name: string; emptyDir?: object }[] } } };
    };
  };
}
interface Container {
  env: { name: string; value: string }[];
  resources: { limits: Record<string, string> };
}

function podOf(change: Partial<RestoreDrillArgs> = {}, keyFiles = ["signing-key"]) {
  const identity = { name: "restore-drill", kind: "restore-drill", component: "restore", namespace: "links-drill" };
  const mounted = { tools: "tools-1", keys: "keys-1", keyFiles, questions: "questions-1" };
  const { spec } = (drillCronJob(identity, restoreDrillSpec("restore-drill", { ...args, ...change }), mounted) as unknown as Plain).spec.jobTemplate;
  const [drill] = spec.template.spec.containers as [Container];
  return { spec, drill, env: Object.fromEntries(drill.env.map(({ name, value }) => [name, value])), volumes: spec.template.spec.volumes };
}

test("the server's files fit into what the kubelet allows the container", () => {
  const { drill, env, volumes } = podOf();
  expect(volumes.find(({ name }) => name === "server")!.emptyDir).toEqual({ sizeLimit: "4Gi" });
  expect([env.VOLUME_BYTES, drill.resources.limits["ephemeral-storage"]]).toEqual([`${4 * 2 ** 30}`, "4352Mi"]);
  expect(Number(env.MEMORY_BYTES)).toBe((768 - 168) * 2 ** 20);
});

test("one identity reads and stores evidence, and no variable holds a secret", () => {
  const { env } = podOf();
  expect(env.READER_ACCESS_KEY_DIRECTORY).toBe("/run/secrets/bindings/backups-drill");
  expect(env.WRITER_ACCESS_KEY_DIRECTORY).toBe(env.READER_ACCESS_KEY_DIRECTORY);
  expect(Object.keys(env).filter((name) => /PASSWORD|SECRET|_KEY$/.test(name))).toEqual([]);
  expect(env.ENCRYPTION_KEY_FILE).toBeUndefined();
  expect(podOf({ encryptionKey: "00" }, ["signing-key", "encryption-key"]).env.ENCRYPTION_KEY_FILE).toBe("/run/secrets/drill/encryption-key");
});

test("what was found wrong is not restored a second time", () => {
  expect(podOf().spec.podFailurePolicy.rules).toEqual([{ action: "FailJob", onExitCodes: { containerName: "drill", operator: "In", values: [2] } }]);
});
