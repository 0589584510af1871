import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { serviceDashboards } from "slipway-dashboards";
import { backupKey } from "./backup-key.ts";
import {
  AlertRoutes,
  Alerts,
  AppImage,
  BackupBucket,
  BackupExporter,
  Dashboards,
  DatabaseRestore,
  ExistingBucket,
  Postgres,
  PostgresBackup,
  PublicEndpoint,
  RestoreDrill,
  ServiceLevel,
  ServiceNamespace,
  WalArchive,
  WebService,
  Worker,
} from "./components/index.ts";
import { alertRoutesArgs } from "./config/alert-routing.ts";
import { drillNamespace } from "./config/drill-namespace.ts";
import { fromPulumi } from "./config/load.ts";
import { platformConfig } from "./config/platform-stack.ts";
import { databaseArgs, databaseImage, databaseName } from "./database.ts";
import { explainFailures } from "./diagnosis/diagnosis.ts";
import { dashboardOptions, exportedMetrics, ruleArgs, watched, watchedService } from "./observed.ts";
import { preflightBuckets } from "./preflight/buckets.ts";
import { neededCapabilities } from "./preflight/capabilities.ts";
import { preflight } from "./preflight/preflight.ts";
import { preflightRestore } from "./preflight/restore-source.ts";
import { redisBackups, redisServers, restoredState } from "./redis.ts";
import { collectorBinding } from "./tracing.ts";
import { appEnvironment, backupStore, buildOf, certificateIssuer, drillArgs, otherBackups, schemaVersionQuery, workerArgs, workerName } from "./wiring.ts";

/** The program of every stack. The offline plan runs it with `askCluster` false: it has no cluster to ask. */
export default async function program({ askCluster = true } = {}) {
  const config = fromPulumi(await platformConfig({ ask: askCluster }));
  const { alerts, backups, cluster, images, ingress, objectives, protectData: protect, service, web } = config;
  if (askCluster) {
    await preflight(neededCapabilities(config), cluster.context);
    await preflightBuckets(config);
    await preflightRestore(config);
    explainFailures(cluster.context);
  }

  const opts = { providers: [new k8s.Provider("cluster", { context: cluster.context, clusterIdentifier: cluster.identifier })] };
  const labels = { "app.kubernetes.io/part-of": service.name, owner: service.owner };
  const annotations = { email: service.email };
  const namespace = new ServiceNamespace(config.namespace, { labels, annotations, protect }, opts);
  const common = { namespace: namespace.name, labels, annotations };
  const monitoring = {
    namespace: cluster.monitoringNamespace,
    operator: cluster.prometheusOperator,
    labels: alerts.ruleLabels,
    interval: cluster.scrapeInterval,
  };
  const rules = ruleArgs(config);

  const postgres = new Postgres("postgres", { ...common, ...databaseArgs(config), monitoring, protect }, opts);
  const redis = redisServers(config, common, monitoring, opts);

  const drills = new ServiceNamespace(drillNamespace(config.namespace), { labels, annotations }, opts);
  const bucket = new BackupBucket(
    "backups",
    { ...common, ...backupStore(config), retentionDays: backups.retentionDays, protect, drillNamespace: drills.name },
    opts,
  );
  const encryptionKey = backupKey(config);
  const restore = { ...common, database: postgres.restoreBinding, encryptionKey, image: databaseImage(config), nodeImage: images.node };
  new DatabaseRestore("postgres-restore", { ...restore, bucket: bucket.readerBinding }, opts);
  const source = otherBackups(config);
  const restoredFrom = config.restoreFrom && {
    backup: config.restoreFrom.backup,
    encryptionKey: config.restoreSecrets.encryptionKey ?? encryptionKey,
    bucket: source ? new ExistingBucket("postgres-restore-source", { ...common, ...source }, opts).readerBinding : bucket.readerBinding,
  };
  // What writes to the database waits for its rows; and no backup is made of one that is still empty.
  const restored: pulumi.Resource[] = restoredFrom ? [new DatabaseRestore("postgres-restore-from", { ...restore, ...restoredFrom }, opts)] : [];
  restored.push(...restoredState(config, common, redis, restoredFrom, opts));

  const image = new AppImage(`${service.name}-image`, { reference: config.image.reference, build: buildOf(config) }, opts);
  const app = new WebService(
    service.name,
    {
      ...common,
      image: image.reference,
      uses: [postgres.binding, redis.cache.binding, redis.state.binding, ...collectorBinding(config)],
      environment: appEnvironment(config, image.reference),
      secrets: config.secrets,
      resources: web.resources,
      scaling: { minReplicas: web.replicas.min, maxReplicas: web.replicas.max, ...web.scaling },
      drain: web.drain,
      migration: { command: ["node", "src/migrate.ts"], uses: [postgres.ownerBinding], deadlineSeconds: web.migrationDeadlineSeconds },
      progressDeadlineSeconds: web.rolloutDeadlineSeconds,
      monitoring,
    },
    { ...opts, dependsOn: restored },
  );
  const worker = workerArgs(config, image.reference);
  if (worker) {
    const uses = [postgres.binding, ...collectorBinding(config)];
    // After the service, whose migration makes the queue.
    new Worker(workerName(service.name), { ...common, ...worker, uses, monitoring }, { ...opts, dependsOn: app });
  }

  const endpoint = new PublicEndpoint(
    `${service.name}-public`,
    { ...common, ...ingress, issuer: certificateIssuer(config), service: app.binding, controllerNamespace: cluster.ingressNamespace },
    opts,
  );

  const backup = new PostgresBackup(
    "postgres-backup",
    {
      ...common,
      database: postgres.backupBinding,
      bucket: bucket.binding,
      bucketReader: bucket.readerBinding,
      schedule: backups.schedule,
      schemaVersionQuery,
      parallel: backups.parallel,
      encryptionKey,
      image: databaseImage(config),
      nodeImage: images.node,
    },
    // After the service, whose migration makes the table of the schema's version.
    { ...opts, dependsOn: [...restored, app] },
  );

  if (postgres.archiveBinding && backups.pointInTime) {
    const archived = { database: postgres.archiveBinding, bucket: bucket.binding, bucketReader: bucket.readerBinding };
    const programs = { image: databaseImage(config), nodeImage: images.node };
    new WalArchive(
      "postgres-wal",
      { ...common, ...archived, ...backups.pointInTime, ...programs, recoveryStorage: config.postgres.storage, schemaVersionQuery, encryptionKey, monitoring },
      { ...opts, dependsOn: [...restored, app] },
    );
  }

  redisBackups(config, common, redis, { bucket: bucket.binding, bucketReader: bucket.readerBinding, encryptionKey }, { ...opts, dependsOn: restored });

  const drill = new RestoreDrill(
    "restore-drill",
    {
      ...common,
      ...drillArgs(config),
      namespace: drills.name,
      database: databaseName(service.name),
      bucket: bucket.drillBinding,
      schemaVersionQuery,
      encryptionKey,
      image: databaseImage(config),
    },
    opts,
  );
  const exporter = { ...common, bucketReader: bucket.readerBinding, drillPublicKey: drill.publicKey, monitoring, image: images.node };
  new BackupExporter("backup-exporter", exporter, opts);

  new ServiceLevel(
    `${service.name}-objectives`,
    { ...common, ...rules, ...objectives, service: service.name, exportedMetrics: await exportedMetrics(config) },
    opts,
  );
  new Alerts(
    `${service.name}-alerts`,
    { ...common, ...rules, ...watched(config), service: watchedService(config), certificate: { name: `${service.name}-public` } },
    opts,
  );
  if (alerts.routes) {
    const routes = alertRoutesArgs(alerts.routes, config.alertSecrets);
    const alertmanager = { prometheusOperator: cluster.prometheusOperator, alertmanagerNamespace: cluster.monitoringNamespace };
    // Without the operator they lie beside Alertmanager, where every stack needs a name of its own.
    new AlertRoutes(`${config.namespace}-routes`, { ...common, ...routes, ...alertmanager }, opts);
  }
  new Dashboards(
    `${service.name}-dashboards`,
    {
      ...common,
      dashboards: serviceDashboards(dashboardOptions(config)),
      folder: config.dashboards.folder ?? service.name,
      sidecarLabels: config.dashboards.labels,
    },
    opts,
  );

  return {
    url: endpoint.url,
    namespace: namespace.name,
    image: image.reference,
    backup: backup.cronJob,
    ...(encryptionKey && { backupEncryptionKey: encryptionKey }),
    drillPublicKey: drill.publicKey,
  };
}
