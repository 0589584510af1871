import type * as pulumi from "@pulumi/pulumi";
import type { BackupBucketArgs, CertificateIssuer, ExistingBucketArgs, ImageBuild, RestoreDrillArgs, WorkerArgs } from "./components/index.ts";
import { BackupStore, letsEncrypt } from "./components/index.ts";
import { drillNamespace } from "./config/drill-namespace.ts";
import type { StackConfig } from "./config/load.ts";
import { workerPoolSize } from "./config/sections/worker.ts";
import { redisAccounts } from "./redis.ts";
import { tracingEnvironment } from "./tracing.ts";

// From the words of the config to the arguments of the components, where they differ.

/** What every process of the application is told. */
function processEnvironment(config: StackConfig, image: pulumi.Output<string>, name: string): Record<string, pulumi.Input<string>> {
  return { APP_VERSION: image.apply(versionOf), LOG_LEVEL: config.web.logLevel, ...tracingEnvironment(config, name) };
}

/** What the application is told by its environment, beyond what follows from its bindings. */
export function appEnvironment(config: StackConfig, image: pulumi.Output<string>): Record<string, pulumi.Input<string>> {
  const { ingress, service, web, worker } = config;
  const { create, read, redirect } = web.rateLimits;
  return {
    ...processEnvironment(config, image, service.name),
    LINK_STATISTICS: `${worker !== undefined}`,
    PUBLIC_URL: `https://${ingress.host}`,
    RATE_LIMITS: `create=${create},read=${read},redirect=${redirect}`,
    // How many share a limit when each has to keep it alone: as many as there may be, so that together they never allow more.
    RATE_LIMIT_REPLICAS: `${web.replicas.max}`,
    REQUEST_TIMEOUT_SECONDS: `${web.requestTimeoutSeconds}`,
    TRUSTED_PROXY_CIDRS: web.trustedProxies.join(","),
  };
}

/** The worker runs the service's image; where there is none, nobody sends jobs. */
export function workerArgs(config: StackConfig, image: pulumi.Output<string>): Pick<WorkerArgs, "image" | "command" | "environment" | "resources"> | undefined {
  const { service, worker } = config;
  if (!worker) return undefined;
  const environment = { ...processEnvironment(config, image, workerName(service.name)), POSTGRES_POOL_MAX: `${workerPoolSize}` };
  return { ...worker, image, command: ["node", "src/worker.ts"], environment };
}

/** The newest migration that ran: what a backup says of its schema. */
export const schemaVersionQuery = "SELECT max(name) FROM public.schema_migrations";

export const workerName = (service: string) => `${service}-worker`;

/** The digest's first twelve digits, as Docker shows them, or the tag. */
export function versionOf(reference: string): string {
  const digest = /@sha256:([0-9a-f]{12})/.exec(reference)?.[1];
  return digest ?? /:([^:/]+)$/.exec(reference)?.[1] ?? "unknown";
}

/** The application's image is built from the whole repository: its lockfile stands at the top. */
export function buildOf({ image: { build } }: StackConfig): ImageBuild | undefined {
  return build && { context: ".", dockerfile: "app/Dockerfile", ...build };
}

export function certificateIssuer({ ingress: { issuer } }: StackConfig): CertificateIssuer {
  return { ...issuer, server: issuer.server && letsEncrypt[issuer.server] };
}

export function backupStore(config: StackConfig): Pick<BackupBucketArgs, "store" | "bucket" | "aws" | "inCluster"> {
  const { backups, images, namespace, restoreFrom, service } = config;
  const bucket = backups.bucket ?? `${service.name}-backups`;
  if (backups.store === "inCluster") {
    return { store: BackupStore.inCluster, bucket, inCluster: { storage: backups.storage, image: images.objectStore, nodeImage: images.node } };
  }
  const { objectLock, objectLockDays, breakGlassPrincipal, replica, podIdentityCluster, oidcProvider } = backups;
  // Pods without a role of their own get an access key instead, and then no account is named.
  const byRole = (podIdentityCluster ?? oidcProvider) !== undefined;
  return {
    store: BackupStore.aws,
    bucket,
    // The relation checks of the config have seen to it that the region is there.
    aws: {
      region: backups.region!,
      objectLock,
      objectLockDays,
      breakGlassPrincipal,
      replica,
      podIdentityCluster,
      oidcProvider,
      ...(byRole && {
        writerServiceAccounts: ["postgres-backup", ...(backups.pointInTime ? ["postgres-wal", "postgres-wal-base"] : []), ...redisAccounts(config).writers],
        readerServiceAccounts: [
          "backup-exporter",
          ...(backups.pointInTime ? ["postgres-wal-recover"] : []),
          "postgres-restore",
          ...(restoreFrom ? ["postgres-restore-from"] : []),
          ...redisAccounts(config).readers,
        ],
        drillServiceAccounts: [`${drillNamespace(namespace)}/restore-drill`],
      }),
    },
  };
}

/** What a drill is told, beyond where it runs and what it reads. */
export function drillArgs({ images, restoreDrill }: StackConfig): Omit<RestoreDrillArgs, "namespace" | "bucket" | "database"> {
  const { invariants, resources, schedule, storage } = restoreDrill;
  return { invariants, resources, schedule, storage, nodeImage: images.node };
}

/** The bucket of another stack that this one is filled from, if it is named. */
export function otherBackups({ restoreFrom, restoreSecrets }: StackConfig): Omit<ExistingBucketArgs, "namespace"> | undefined {
  if (restoreFrom?.bucket === undefined) return undefined;
  const { bucket, endpoint, prefix, region } = restoreFrom;
  const { accessKeyId: id, secretAccessKey: secret } = restoreSecrets;
  return { bucket, endpoint, prefix, region, accessKey: id && secret && { id, secret } };
}

/** Whether the stack is filled from the archived log, where that has newer data than a dump. */
export function replaysLog({ backups, restoreFrom }: Pick<StackConfig, "backups" | "restoreFrom">): boolean {
  return restoreFrom?.pointInTime ?? backups.pointInTime !== undefined;
}
