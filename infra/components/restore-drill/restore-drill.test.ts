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
  ["a share of more than all", { archived: true, momentShare: 1.5 }, /momentShare 1\.5 is no share; give a number from 0 to 1/],
  ["a share of less than none", { archived: true, momentShare: -0.1 }, /momentShare -0\.1 is no share/],
  ["a share that is no number", { archived: true, momentShare: Number.NaN }, /momentShare NaN is no share/],
  ["moments without an archive", { momentShare: 0.5 }, /momentShare 0\.5 is about moments, to which only an archived log leads back; .* set archived/],
  ["an objective of moments without an archive", { momentObjectiveSeconds: 900 }, /momentObjectiveSeconds 900 is about moments/],
  ["an objective that no archive keeps", { archived: true, momentObjectiveSeconds: 30 }, /momentObjectiveSeconds 30 can't be kept.* give at least 60/],
  ["no question", { archived: true, newestRowQuery: " " }, /newestRowQuery has no SQL/],
  [
    "memory for no recovery",
    { archived: true, resources: { cpu: "100m", memory: "320Mi" } },
    /resources\.memory 320Mi is too little to go back to a moment; raise it to at least 384Mi/,
  ],
  ["a volume without room for the log", { archived: true, storage: "1Gi" }, /storage "1Gi" has no room for the log that is replayed; raise it to at least 2Gi/],
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

test("only where the log is archived is it gone back to moments, with the program by which Postgres fetches it", () => {
  expect(Object.keys(podOf().env).filter((name) => /MOMENT|NEWEST/.test(name))).toEqual([]);
  expect(podOf({ archived: true }).env).toMatchObject({ MOMENT_SHARE: `${1 / 3}`, MOMENT_OBJECTIVE_SECONDS: "900" });
  const { env, volumes } = podOf({ archived: true, momentShare: 1, momentObjectiveSeconds: 60, newestRowQuery: "SELECT max(at) FROM rows" });
  expect(env).toMatchObject({ MOMENT_SHARE: "1", MOMENT_OBJECTIVE_SECONDS: "60", NEWEST_ROW_QUERY: "SELECT max(at) FROM rows" });
  expect(JSON.stringify(volumes.find(({ name }) => name === "tools"))).toContain('"wal-fetch/main.js"');
});

test("what was found wrong is not restored a second time", () => {
  expect(podOf().spec.podFailurePolicy.rules).toEqual([{ action: "FailJob", onExitCodes: { containerName: "drill", operator: "In", values: [2] } }]);
});
