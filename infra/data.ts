import type * as pulumi from "@pulumi/pulumi";
import { backupKey } from "./backup-key.ts";
import { BackupBucket, DatabaseRestore, ExistingBucket, Postgres, ServiceNamespace } from "./components/index.ts";
import { drillNamespace } from "./config/drill-namespace.ts";
import { databaseArgs, databaseImage } from "./database.ts";
import type { Foundation } from "./foundation.ts";
import { type RedisServers, redisServers, restoredState } from "./redis.ts";
import { backupStore, otherBackups, replaysLog } from "./wiring.ts";

/** What the service keeps, and where its backups lie. */
export interface Data {
  postgres: Postgres;
  redis: RedisServers;
  bucket: BackupBucket;
  /** Namespace of the restore drills. */
  drills: pulumi.Output<string>;
  encryptionKey: pulumi.Output<string> | undefined;
  /** What writes to the database waits for its rows; and no backup is made of one that is still empty. */
  restored: pulumi.Resource[];
}

/** The stores, the bucket of their backups, and what they are filled from where the config names a backup. */
export function makeData(foundation: Foundation): Data {
  const { config, common, monitoring, opts } = foundation;
  const { backups, protectData: protect } = config;
  const postgres = new Postgres("postgres", { ...common, ...databaseArgs(config), monitoring, protect }, opts);
  const redis = redisServers(config, common, monitoring, opts);
  const { labels, annotations } = common;
  const { name: drills } = new ServiceNamespace(drillNamespace(config.namespace), { labels, annotations }, opts);
  const bucketArgs = { ...common, ...backupStore(config), retentionDays: backups.retentionDays, protect, drillNamespace: drills };
  const bucket = new BackupBucket("backups", bucketArgs, opts);
  const stores = { postgres, redis, bucket, drills, encryptionKey: backupKey(config) };
  return { ...stores, restored: restore(foundation, stores) };
}

/** The template of restores by hand, and those that the stack begins with. */
function restore({ config, common, opts }: Foundation, { postgres, redis, bucket, encryptionKey }: Omit<Data, "restored">): pulumi.Resource[] {
  const { images, restoreFrom, restoreSecrets } = config;
  const programs = { ...common, database: postgres.restoreBinding, image: databaseImage(config), nodeImage: images.node };
  new DatabaseRestore("postgres-restore", { ...programs, encryptionKey, bucket: bucket.readerBinding }, opts);
  if (!restoreFrom) return [];
  const other = otherBackups(config);
  const source = {
    backup: restoreFrom.backup,
    encryptionKey: restoreSecrets.encryptionKey ?? encryptionKey,
    bucket: other ? new ExistingBucket("postgres-restore-source", { ...common, ...other }, opts).readerBinding : bucket.readerBinding,
  };
  const recoveryStorage = replaysLog(config) ? config.postgres.storage : undefined;
  return [
    new DatabaseRestore("postgres-restore-from", { ...programs, ...source, recoveryStorage }, opts),
    ...restoredState(config, common, redis, source, opts),
  ];
}
