import * as pulumi from "@pulumi/pulumi";
import { BackupBucket, BackupStore, Postgres, ServiceNamespace, WalArchive } from "../../../../infra/components/index.ts";
import { makeClient } from "../postgres-cluster/client.ts";

const config = new pulumi.Config();
const images = config.requireObject<Record<"node" | "objectStore" | "postgres", string>>("images");
const namespace = new ServiceNamespace(config.require("namespace"), {});
const common = { namespace: namespace.name };
const postgres = new Postgres("postgres", {
  ...common,
  // The name that docs/point-in-time.md has in its commands, which the test runs as they stand there.
  database: "links",
  storage: "2Gi",
  resources: { cpu: "50m", cpuLimit: "1", memory: "256Mi" },
  image: images.postgres,
  archived: config.requireBoolean("archived"),
});
const bucket = new BackupBucket("backups", {
  ...common,
  store: BackupStore.inCluster,
  bucket: "point-in-time",
  retentionDays: 7,
  inCluster: { storage: "2Gi", image: images.objectStore, nodeImage: images.node },
});
if (postgres.archiveBinding) {
  new WalArchive("postgres-wal", {
    ...common,
    database: postgres.archiveBinding,
    bucket: bucket.binding,
    bucketReader: bucket.readerBinding,
    recoveryStorage: "2Gi",
    encryptionKey: "5e".repeat(32),
    image: images.postgres,
    nodeImage: images.node,
    monitoring: { namespace: "monitoring" },
  });
}
makeClient(common, [postgres.binding, { ...postgres.ownerBinding, name: "owner" }], config.require("clientImage"));
