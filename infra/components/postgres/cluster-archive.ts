import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import { type Identity, named } from "../kubernetes/identity.ts";
import type { PostgresSpec } from "./spec.ts";

const plugin = "barman-cloud.cloudnative-pg.io";

/** The log and base backups, by the operator's plugin. Gives the name of the store. */
export function archiveTo(
  identity: Identity,
  spec: PostgresSpec,
  bucket: ServiceBinding,
  schedule: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const store = new k8s.apiextensions.CustomResource(`${identity.name}-archive`, objectStore(identity, spec, bucket), opts);
  new k8s.apiextensions.CustomResource(`${identity.name}-base-backup`, scheduledBackup(identity, schedule), { ...opts, dependsOn: store });
  return store.metadata.apply((metadata) => metadata.name!);
}

/** How the Cluster names its store. */
export function archiveParameters(store: pulumi.Input<string>) {
  return { name: plugin, isWALArchiver: true, parameters: { barmanObjectName: store } };
}

export function objectStore(identity: Identity, spec: PostgresSpec, bucket: ServiceBinding) {
  const { settings = {}, secretName } = bucket;
  const key = (file: string) => ({ name: secretName, key: file });
  return {
    apiVersion: "barmancloud.cnpg.io/v1",
    kind: "ObjectStore",
    metadata: named(identity, `${identity.name}-archive`),
    spec: {
      configuration: {
        destinationPath: pulumi.interpolate`s3://${settings.bucket}/${settings.prefix}/${spec.database}/cluster`,
        endpointURL: settings.endpoint,
        s3Credentials:
          secretName === undefined ? { inheritFromIAMRole: true } : { accessKeyId: key("access-key-id"), secretAccessKey: key("secret-access-key") },
        wal: { compression: "gzip", maxParallel: 4 },
        data: { compression: "gzip" },
      },
    },
  };
}

export function scheduledBackup(identity: Identity, schedule: string) {
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "ScheduledBackup",
    metadata: named(identity, `${identity.name}-base`),
    spec: {
      cluster: { name: identity.name },
      // The operator's expression begins with the second.
      schedule: `0 ${schedule}`,
      // One at once: without a base the log of the first day restores nothing.
      immediate: true,
      backupOwnerReference: "self",
      method: "plugin",
      pluginConfiguration: { name: plugin },
    },
  };
}
