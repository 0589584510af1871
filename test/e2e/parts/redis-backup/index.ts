import * as pulumi from "@pulumi/pulumi";
import { BackupBucket, Redis, RedisBackup, RedisRestore, ServiceNamespace } from "../../../../infra/components/index.ts";

const config = new pulumi.Config();
const { redis: image, objectStore, node: nodeImage } = config.getObject<Record<string, string>>("images") ?? {};
const namespace = new ServiceNamespace(config.require("namespace"), {});
const common = { namespace: namespace.name };
const maxMemory = "64Mi";

const state = new Redis("redis-state", {
  ...common,
  purpose: "state",
  maxMemory,
  resources: { cpu: "20m", cpuLimit: "500m", memory: "128Mi" },
  storage: "1Gi",
  replica: true,
  promoteReplica: config.getBoolean("promoteReplica"),
  image,
});
const bucket = new BackupBucket("backups", {
  ...common,
  store: "inCluster",
  bucket: "redis-proof",
  retentionDays: 7,
  inCluster: { storage: "1Gi", image: objectStore, nodeImage },
});
const tool = { ...common, maxMemory, encryptionKey: pulumi.secret("0123456789abcdef".repeat(4)), image, nodeImage };
new RedisBackup("redis-state-backup", {
  ...tool,
  redis: state.backupBinding!,
  bucket: bucket.binding,
  bucketReader: bucket.readerBinding,
  schedule: "0 0 1 1 *",
});
new RedisRestore("redis-state-restore", { ...tool, redis: state.restoreBinding!, bucket: bucket.readerBinding });

export const login = state.binding.secretName;
