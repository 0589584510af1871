import * as pulumi from "@pulumi/pulumi";
import {
  BackupBucket,
  BackupExporter,
  BackupStore,
  DatabaseRestore,
  Postgres,
  RestoreDrill,
  ServiceNamespace,
  WalArchive,
} from "../../../../infra/components/index.ts";
import { makeClient } from "../postgres-cluster/client.ts";

const config = new pulumi.Config();
const images = config.requireObject<Record<"node" | "objectStore" | "postgres", string>>("images");
const namespace = new ServiceNamespace(config.require("namespace"), {});
const drills = new ServiceNamespace(`${config.require("namespace")}-drill`, {});
const common = { namespace: namespace.name };
const encryptionKey = "5e".repeat(32);
const monitoring = { namespace: "monitoring" };
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
  drillNamespace: drills.name,
  inCluster: { storage: "2Gi", image: images.objectStore, nodeImage: images.node },
});
if (postgres.archiveBinding) {
  new WalArchive("postgres-wal", {
    ...common,
    database: postgres.archiveBinding,
    bucket: bucket.binding,
    bucketReader: bucket.readerBinding,
    recoveryStorage: "2Gi",
    encryptionKey,
    image: images.postgres,
    nodeImage: images.node,
    monitoring,
  });
  const { publicKey } = new RestoreDrill("restore-drill", {
    namespace: drills.name,
    database: "links",
    bucket: bucket.drillBinding,
    encryptionKey,
    schedule: "47 4 * * *",
    storage: "4Gi",
    archived: true,
    momentShare: 1,
    newestRowQuery: "SELECT max(at) FROM links",
    invariants: [{ name: "a number is of one row", sql: "SELECT count(*) = count(DISTINCT number) FROM links" }],
    image: images.postgres,
    nodeImage: images.node,
  });
  const exported = { bucketReader: bucket.readerBinding, drillPublicKey: publicKey, lookSeconds: 10, image: images.node, monitoring };
  new BackupExporter("backup-exporter", { ...common, ...exported });
}
if (config.getBoolean("again")) {
  const again = new Postgres("again", { ...common, database: "links", storage: "2Gi", image: images.postgres });
  new DatabaseRestore("again-restore", {
    ...common,
    database: again.restoreBinding,
    bucket: bucket.readerBinding,
    backup: "latest",
    recoveryStorage: "2Gi",
    encryptionKey,
    image: images.postgres,
    nodeImage: images.node,
  });
}
makeClient(common, [postgres.binding, { ...postgres.ownerBinding, name: "owner" }], config.require("clientImage"));
