import * as pulumi from "@pulumi/pulumi";
import {
  BackupBucket,
  BackupStore,
  DatabaseRestore,
  ExistingBucket,
  type ExistingBucketArgs,
  Postgres,
  PostgresBackup,
  ServiceNamespace,
  WebService,
} from "../../../../infra/components/index.ts";

// The service with its database and its backups, in the region that is lost and in the one after it; there it begins with `restoreFrom`.
const config = new pulumi.Config();
const images = config.requireObject<Record<"node" | "objectStore" | "postgres", string>>("images");
const image = config.require("image");
const encryptionKey = config.requireSecret("encryptionKey");
const restoreFrom = config.getObject<Omit<ExistingBucketArgs, "namespace">>("restoreFrom");

const namespace = new ServiceNamespace(config.require("namespace"), {});
const common = { namespace: namespace.name };
const programs = { ...common, encryptionKey, image: images.postgres, nodeImage: images.node };
const postgres = new Postgres("postgres", {
  ...common,
  database: "links",
  storage: "1Gi",
  resources: { cpu: "50m", cpuLimit: "1", memory: "256Mi" },
  image: images.postgres,
});
const bucket = new BackupBucket("backups", {
  ...common,
  store: BackupStore.inCluster,
  bucket: "region-loss",
  retentionDays: 7,
  inCluster: { storage: "1Gi", image: images.objectStore, nodeImage: images.node },
});
const restored = restoreFrom
  ? [
      new DatabaseRestore("postgres-restore-from", {
        ...programs,
        database: postgres.restoreBinding,
        backup: "latest",
        bucket: new ExistingBucket("postgres-restore-source", { ...common, ...restoreFrom }).readerBinding,
      }),
    ]
  : [];
const links = new WebService(
  "links",
  {
    ...common,
    image,
    uses: [postgres.binding],
    resources: { cpu: "50m", cpuLimit: "1", memory: "160Mi" },
    scaling: { minReplicas: 1, maxReplicas: 2 },
    migration: { command: ["node", "src/migrate.ts"], uses: [postgres.ownerBinding] },
  },
  { dependsOn: restored },
);
new PostgresBackup(
  "postgres-backup",
  { ...programs, database: postgres.backupBinding, bucket: bucket.binding, bucketReader: bucket.readerBinding, schedule: "0 0 1 1 *" },
  { dependsOn: links },
);
