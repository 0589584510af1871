import type * as pulumi from "@pulumi/pulumi";
import { BackupExporter, PostgresBackup, RestoreDrill, WalArchive } from "./components/index.ts";
import type { Data } from "./data.ts";
import { databaseImage, databaseName } from "./database.ts";
import { drillsPerMoment } from "./drilled-moments.ts";
import type { Foundation } from "./foundation.ts";
import { redisBackups } from "./redis.ts";
import { drillArgs, schemaVersionQuery } from "./wiring.ts";

/** When the newest link was made, by the server's clock: what a drill that goes back to a moment compares with it. */
const newestRowQuery = "SELECT max(created_at) FROM public.links";

/** Backups of the stores, the log between them, drills that restore them, and who reports what lies in the bucket. */
export function protectData({ config, common, monitoring, opts }: Foundation, data: Data, app: pulumi.Resource) {
  const { backups, images, postgres, service } = config;
  const { bucket, drills, encryptionKey, restored } = data;
  const places = { bucket: bucket.binding, bucketReader: bucket.readerBinding, encryptionKey };
  const image = databaseImage(config);
  const programs = { ...common, image, nodeImage: images.node, schemaVersionQuery };
  // After the service, whose migration makes the table of the schema's version.
  const afterApp = { ...opts, dependsOn: [...restored, app] };

  const { backupBinding, archiveBinding } = data.postgres;
  const { schedule, parallel, pointInTime } = backups;
  const backup = new PostgresBackup("postgres-backup", { ...programs, ...places, database: backupBinding, schedule, parallel }, afterApp);
  if (archiveBinding && pointInTime) {
    const recovery = { ...pointInTime, recoveryStorage: postgres.storage };
    new WalArchive("postgres-wal", { ...programs, ...places, ...recovery, database: archiveBinding, monitoring }, afterApp);
  }
  redisBackups(config, common, data.redis, places, { ...opts, dependsOn: restored });

  const moments = archiveBinding && pointInTime && { archived: true, momentShare: 1 / drillsPerMoment(config), newestRowQuery };
  const drilled = { database: databaseName(service.name), bucket: bucket.drillBinding, encryptionKey, schemaVersionQuery, ...moments };
  const drill = new RestoreDrill("restore-drill", { ...common, ...drillArgs(config), ...drilled, namespace: drills, image }, opts);
  const { publicKey: drillPublicKey } = drill;
  new BackupExporter("backup-exporter", { ...common, bucketReader: bucket.readerBinding, drillPublicKey, monitoring, image: images.node }, opts);
  return { backup, drill };
}
