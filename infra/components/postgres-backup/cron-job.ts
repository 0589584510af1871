import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import { type Identity, labelsOf, named } from "../kubernetes/identity.ts";
import { bindingVolumes, container, environment, podTemplate, scratch, secretFilePath } from "../kubernetes/pod.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import type { PostgresBackupSpec } from "./spec.ts";

const scriptsPath = "/scripts";
const exchangePath = "/exchange";
const scratchPath = "/tmp";

export function backupCronJob(identity: Identity, spec: PostgresBackupSpec, scripts: pulumi.Input<string>): k8s.batch.v1.CronJobArgs {
  return {
    metadata: named(identity),
    spec: {
      schedule: spec.schedule,
      timeZone: "Etc/UTC",
      // A run that overlaps the one before it would only slow both down.
      concurrencyPolicy: "Forbid",
      // A run missed while the control plane was away is made up within the hour; without a bound, a hundred missed ones end the schedule for good.
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      suspend: false,
      jobTemplate: {
        metadata: { labels: labelsOf({ ...identity, labels: {} }) },
        spec: {
          backoffLimit: 2,
          activeDeadlineSeconds: spec.deadlineMinutes * 60,
          template: backupPod(identity, spec, scripts),
        },
      },
    },
  };
}

function backupPod(identity: Identity, spec: PostgresBackupSpec, scripts: pulumi.Input<string>) {
  const exchange = scratch("exchange", exchangePath, "1Mi");
  const dumpScratch = scratch("dump-scratch", scratchPath, "16Mi");
  const uploadScratch = scratch("upload-scratch", scratchPath, "16Mi");
  const databaseSecrets = bindingVolumes([spec.database]);
  const bucketSecrets = bindingVolumes([spec.bucket, spec.bucketReader]);
  const scriptsMount = { name: "scripts", mountPath: scriptsPath, readOnly: true };
  return podTemplate(identity, {
    // The two containers speak through pipes that each opens once: one that started again would wait for ever. The Job makes a new pod instead.
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 10,
    containers: [
      container({
        name: "dump",
        image: spec.image,
        command: ["sh", `${scriptsPath}/dump.sh`],
        env: dumpEnvironment(spec),
        resources: resourceRequirements(spec.resources),
        volumeMounts: [scriptsMount, exchange.mount, dumpScratch.mount, ...databaseSecrets.mounts],
      }),
      container({
        name: "upload",
        image: spec.clientImage,
        command: ["sh", `${scriptsPath}/upload.sh`],
        env: uploadEnvironment(spec),
        resources: resourceRequirements(spec.uploadResources),
        volumeMounts: [scriptsMount, exchange.mount, uploadScratch.mount, ...bucketSecrets.mounts],
      }),
    ],
    volumes: [
      { name: "scripts", configMap: { name: scripts } },
      exchange.volume,
      dumpScratch.volume,
      uploadScratch.volume,
      ...databaseSecrets.volumes,
      ...bucketSecrets.volumes,
    ],
  });
}

/** Time for the other container's image to be pulled. */
const rendezvousSeconds = "600";

function dumpEnvironment({ database, schemaVersionQuery }: PostgresBackupSpec) {
  return environment({
    EXCHANGE: exchangePath,
    PASSWORD_FILE: secretFilePath(database, "password"),
    PGCONNECT_TIMEOUT: "10",
    PGDATABASE: database.settings?.database,
    PGHOST: database.host,
    PGPORT: `${database.port}`,
    PGUSER: database.settings?.username,
    RENDEZVOUS_SECONDS: rendezvousSeconds,
    SCHEMA_VERSION_QUERY: schemaVersionQuery,
    SCRATCH: scratchPath,
  });
}

function uploadEnvironment({ bucket, bucketReader, database, uploadResources }: PostgresBackupSpec) {
  const settings = bucket.settings ?? {};
  const keyed = bucket.secretName !== undefined;
  const directory = (binding: ServiceBinding) => (keyed ? secretFilePath(binding, "").replace(/\/$/, "") : undefined);
  return [
    ...environment({
      BUCKET: settings.bucket,
      DATABASE: database.settings?.database,
      ENDPOINT: settings.endpoint,
      EXCHANGE: exchangePath,
      EXPIRE_DAYS: settings.expireDays,
      HOME: scratchPath,
      MEMORY_MEBIBYTES: `${Math.floor(bytes(uploadResources.memory) / 2 ** 20)}`,
    }),
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ...environment({
      PREFIX: settings.prefix,
      // There is no file of settings; without this it would look for one, and warn.
      RCLONE_CONFIG: "/dev/null",
      RCLONE_LOG_LEVEL: "ERROR",
      ...remote("READER", bucketReader, keyed),
      ...remote("WRITER", bucket, keyed),
      // The writer may not read, and rclone asks for an object's head by default, before it stores one and after.
      RCLONE_CONFIG_WRITER_NO_HEAD: "true",
      RCLONE_CONFIG_WRITER_NO_HEAD_OBJECT: "true",
      READER_KEY_DIRECTORY: directory(bucketReader),
      RENDEZVOUS_SECONDS: rendezvousSeconds,
      SCRATCH: scratchPath,
      WRITER_KEY_DIRECTORY: directory(bucket),
    }),
  ];
}

/** Settings by which rclone knows a remote of that name. Its keys are added in the container, from files. */
function remote(name: string, binding: ServiceBinding, keyed: boolean): Record<string, pulumi.Input<string> | undefined> {
  const settings = binding.settings ?? {};
  const values: Record<string, pulumi.Input<string> | undefined> = {
    ENDPOINT: settings.endpoint,
    ENV_AUTH: keyed ? "false" : "true",
    // A bucket in the host name needs a DNS name of its own, which a store in the cluster doesn't have. AWS takes both ways.
    FORCE_PATH_STYLE: "true",
    // It would ask for the right to make buckets.
    NO_CHECK_BUCKET: "true",
    PROVIDER: settings.provider,
    REGION: settings.region,
    SERVER_SIDE_ENCRYPTION: settings.kmsKey === undefined ? undefined : "aws:kms",
    SSE_KMS_KEY_ID: settings.kmsKey,
    TYPE: "s3",
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`RCLONE_CONFIG_${name}_${key}`, value]));
}
