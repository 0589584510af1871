import * as pulumi from "@pulumi/pulumi";
import {
  BackupBucket,
  BackupStore,
  DatabaseRestore,
  Postgres,
  type PostgresArgs,
  PostgresBackup,
  ServiceNamespace,
  WebService,
  Worker,
} from "../../../../infra/components/index.ts";
import { makeClient } from "../postgres-cluster/client.ts";

// The service and what it needs, under the names of the commands in docs/postgres.md, and one client of the service.
const config = new pulumi.Config();
const images = config.requireObject<Record<"node" | "objectStore" | "postgres", string>>("images");
const image = config.require("image");
const backup = config.get("restoreFrom");

const namespace = new ServiceNamespace(config.require("namespace"), {});
const common = { namespace: namespace.name };
const programs = { ...common, image: images.postgres, nodeImage: images.node };
const postgres = new Postgres("postgres", { ...common, ...config.requireObject<PostgresArgs>("postgres") });
const bucket = new BackupBucket("backups", {
  ...common,
  store: BackupStore.inCluster,
  bucket: "mode-change",
  retentionDays: 7,
  inCluster: { storage: "1Gi", image: images.objectStore, nodeImage: images.node },
});
const restored = backup
  ? [new DatabaseRestore("postgres-restore-from", { ...programs, database: postgres.restoreBinding, bucket: bucket.readerBinding, backup })]
  : [];
const links = new WebService(
  "links",
  {
    ...common,
    image,
    uses: [postgres.binding],
    environment: { LINK_STATISTICS: "true", RATE_LIMITS: "create=60000/60,read=60000/60,redirect=60000/60" },
    resources: { cpu: "50m", cpuLimit: "1", memory: "160Mi" },
    scaling: { minReplicas: 1, maxReplicas: 2 },
    migration: { command: ["node", "src/migrate.ts"], uses: [postgres.ownerBinding] },
  },
  { dependsOn: restored },
);
new Worker(
  "links-worker",
  { ...common, image, command: ["node", "src/worker.ts"], uses: [postgres.binding], resources: { cpu: "30m", cpuLimit: "1", memory: "128Mi" } },
  { dependsOn: links },
);
new PostgresBackup(
  "postgres-backup",
  { ...programs, database: postgres.backupBinding, bucket: bucket.binding, bucketReader: bucket.readerBinding, schedule: "0 0 1 1 *" },
  { dependsOn: links },
);
makeClient(common, [{ ...postgres.readerBinding, name: "reader" }, links.binding], config.require("image"));
