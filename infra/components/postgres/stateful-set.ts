import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Identity } from "../kubernetes/identity.ts";
import { container, environment, podTemplate, scratch, secretVolume } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { singleServer } from "../kubernetes/single-server.ts";
import { spread } from "../kubernetes/spread.ts";
import { certificateDirectory, configDirectory, dataDirectory, locale, socketDirectory, volumePath } from "./configuration.ts";
import type { PostgresSpec } from "./spec.ts";

const secretPath = "/run/secrets/admin";

/** Names of what the server reads at its start. */
export interface ServerFiles {
  /** Secret with the superuser's password. */
  admin: pulumi.Input<string>;
  /** ConfigMap with its configuration. */
  config: pulumi.Input<string>;
  /** Secret with its certificate and key. */
  certificate: pulumi.Input<string>;
}

/**
 * Name of the server's account and budget. Not the database's own: by that name CloudNativePG keeps those of the mode `cluster`. It would
 * take up the ones that it finds there, an account without a token among them, and lose them when the mode has changed.
 */
export const serverName = ({ name }: Identity) => `${name}-server`;

export function postgresStatefulSet(identity: Identity, spec: PostgresSpec, files: ServerFiles): k8s.apps.v1.StatefulSetArgs {
  return singleServer(identity, {
    template: postgresPod(identity, spec, files),
    // Ten seconds show that recovery has really ended.
    minReadySeconds: 10,
    volume: { size: spec.storage, storageClass: spec.storageClass },
    protect: spec.protect,
  });
}

function postgresPod(identity: Identity, spec: PostgresSpec, { admin, certificate, config }: ServerFiles) {
  const sockets = scratch("run", socketDirectory, "16Mi");
  const temporary = scratch("tmp", "/tmp", "64Mi");
  // The 64 MiB of a container's own /dev/shm end a parallel query with "could not resize shared memory segment".
  const sharedMemory = scratch("shm", "/dev/shm", spec.resources.memory, "Memory");
  return podTemplate(identity, {
    ...spread(identity),
    serviceAccountName: serverName(identity),
    // SIGINT, the image's stop signal, is a fast shutdown: connections end and a checkpoint is written. Two minutes cover a slow disk.
    terminationGracePeriodSeconds: 120,
    containers: [
      container({
        name: "postgres",
        image: spec.image,
        args: ["postgres", "-c", `config_file=${configDirectory}/postgresql.conf`],
        env: environment({
          PGDATA: dataDirectory(spec.generation),
          POSTGRES_PASSWORD_FILE: `${secretPath}/admin`,
          POSTGRES_INITDB_ARGS: `--data-checksums --locale=${locale} --auth-host=scram-sha-256 --auth-local=scram-sha-256`,
        }),
        ports: [{ name: "postgres", containerPort: spec.port, protocol: "TCP" }],
        resources: resourceRequirements(spec.resources),
        volumeMounts: [
          { name: "data", mountPath: volumePath },
          { name: "config", mountPath: configDirectory, readOnly: true },
          { name: "admin", mountPath: secretPath, readOnly: true },
          { name: "certificate", mountPath: certificateDirectory, readOnly: true },
          sockets.mount,
          temporary.mount,
          sharedMemory.mount,
        ],
        // Ten minutes: the longest crash recovery that max_wal_size allows on a slow disk, several times over.
        startupProbe: { exec: { command: accepts(spec.port) }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 120 },
        readinessProbe: { exec: { command: accepts(spec.port) }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
        livenessProbe: { exec: { command: answers(spec.port) }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      }),
    ],
    volumes: [
      { name: "config", configMap: { name: config } },
      secretVolume("admin", admin, ["admin"]),
      secretVolume("certificate", certificate, ["tls.crt", "tls.key"]),
      sockets.volume,
      temporary.volume,
      sharedMemory.volume,
    ],
  });
}

/** Takes connections, over TCP as clients do. The user is named because the container has no passwd entry to take one from. */
const accepts = (port: number) => ["pg_isready", "-q", "-U", "postgres", "-h", "127.0.0.1", "-p", `${port}`];

/** Answers at all. "Rejecting connections" counts: a server in recovery must not be killed, or it never gets through. */
const answers = (port: number) => ["sh", "-c", `pg_isready -q -U postgres -h 127.0.0.1 -p ${port}; [ $? -le 1 ]`];
