export * from "./alert-routes/alert-routes.ts";
export type { AlertReceiver, EmailReceiver, PagerDutyReceiver, ReceiverSecret, SlackReceiver, WebhookReceiver } from "./alert-routes/receiver.ts";
export { type AlertRoute, type Heartbeat, type QuietHours, Weekday } from "./alert-routes/route.ts";
export * from "./alerts/alerts.ts";
export { type AlertThresholds, alertThresholds } from "./alerts/thresholds.ts";
export type {
  WatchedBackup,
  WatchedCertificate,
  WatchedPostgres,
  WatchedRedis,
  WatchedRestoreDrill,
  WatchedService,
  WatchedWalArchive,
  WatchedWorker,
} from "./alerts/watched.ts";
export * from "./app-image/app-image.ts";
export * from "./argument-error.ts";
export * from "./backup-bucket/backup-bucket.ts";
export * from "./backup-exporter/backup-exporter.ts";
export { BackupKind } from "./backup-tools/format/manifest.ts";
export * from "./binding.ts";
export * from "./component-args.ts";
export * from "./dashboards/dashboards.ts";
export * from "./database-restore/database-restore.ts";
export * from "./existing-bucket/existing-bucket.ts";
export * from "./exporter/exporter.ts";
export * from "./images.ts";
export { longestGapHours } from "./kubernetes/schedule.ts";
export { type ManagedPostgres, type PostgresCluster, PostgresMode, type PostgresPooler } from "./postgres/mode.ts";
export * from "./postgres/postgres.ts";
export * from "./postgres-backup/postgres-backup.ts";
export { Severity } from "./prometheus/alert.ts";
export { type CertificateIssuer, IssuerKind, letsEncrypt } from "./public-endpoint/issuer.ts";
export * from "./public-endpoint/public-endpoint.ts";
export * from "./redis/redis.ts";
export * from "./redis-backup/redis-backup.ts";
export * from "./redis-restore/redis-restore.ts";
export * from "./restore-drill/restore-drill.ts";
export { type BurnRate, burnRates } from "./service-level/burn-rate.ts";
export type { ObjectiveReading } from "./service-level/reading.ts";
export * from "./service-level/service-level.ts";
export type { NamespaceQuota } from "./service-namespace/quota.ts";
export * from "./service-namespace/service-namespace.ts";
export * from "./wal-archive/wal-archive.ts";
export type { Scaling } from "./web-service/autoscaler.ts";
export type { Migration } from "./web-service/migration.ts";
export type { Drain } from "./web-service/spec.ts";
export * from "./web-service/web-service.ts";
export * from "./worker/worker.ts";
