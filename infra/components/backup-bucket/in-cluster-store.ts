import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { autonamed, type Identity } from "../kubernetes/identity.ts";
import { container, environment, podTemplate, scratch, secretVolume } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { singleServer } from "../kubernetes/single-server.ts";
import type { InClusterStoreSpec } from "./spec.ts";

export const storePort = 7070;

/** The region that the store signs with when it is told none. */
export const storeRegion = "us-east-1";

/** Names of the three logins. They stand in the bucket's access list, so they stay when their secrets change. */
export const storeAccounts = { root: "root", writer: "backup-writer", reader: "backup-reader" } as const;

const secretPath = "/run/secrets/store";
const dataPath = "/data";

export interface StoreSecrets {
  root: pulumi.Input<string>;
  writer: pulumi.Input<string>;
  reader: pulumi.Input<string>;
}

/** The file from which the store knows its logins. Given whole, so that no call has to be made to set one, and none can be forgotten. */
export function accountsFile(secrets: { writer: string; reader: string }): string {
  const account = (access: string, secret: string) => ({ [access]: { access, secret, role: "user" } });
  return JSON.stringify({ accessAccounts: { ...account(storeAccounts.writer, secrets.writer), ...account(storeAccounts.reader, secrets.reader) } });
}

/** The program reads its root key from nothing but arguments and variables, so a shell fetches it: it is in no object of the cluster but the Secret. */
const serve = [
  "set -eu",
  `mkdir -p ${dataPath}/buckets ${dataPath}/attributes`,
  `ROOT_ACCESS_KEY_ID=${storeAccounts.root}`,
  `ROOT_SECRET_ACCESS_KEY="$(cat ${secretPath}/root)"`,
  "export ROOT_ACCESS_KEY_ID ROOT_SECRET_ACCESS_KEY",
  // Attributes beside the data, in files: not every volume keeps extended attributes.
  `exec versitygw --port :${storePort} --health /healthz --quiet --iam-dir ${secretPath} posix --sidecar ${dataPath}/attributes ${dataPath}/buckets`,
  "",
].join("\n");

export function storeStatefulSet(identity: Identity, spec: InClusterStoreSpec, protect: boolean, secret: pulumi.Input<string>): k8s.apps.v1.StatefulSetArgs {
  const temporary = scratch("tmp", "/tmp", "16Mi");
  return singleServer(identity, {
    minReadySeconds: 2,
    volume: { size: spec.storage, storageClass: spec.storageClass },
    protect,
    template: podTemplate(identity, {
      terminationGracePeriodSeconds: 30,
      containers: [
        container({
          name: "store",
          image: spec.image,
          command: ["sh", "-c", serve],
          ports: [{ name: "s3", containerPort: storePort, protocol: "TCP" }],
          resources: resourceRequirements(spec.resources),
          volumeMounts: [{ name: "data", mountPath: dataPath }, { name: "accounts", mountPath: secretPath, readOnly: true }, temporary.mount],
          startupProbe: { httpGet: { path: "/healthz", port: "s3" }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 60 },
          readinessProbe: { httpGet: { path: "/healthz", port: "s3" }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
          livenessProbe: { tcpSocket: { port: "s3" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        }),
      ],
      volumes: [secretVolume("accounts", secret, ["root", "users.json"]), temporary.volume],
    }),
  });
}

export interface BucketJobInputs {
  image: pulumi.Input<string>;
  endpoint: pulumi.Input<string>;
  bucket: string;
  secret: pulumi.Input<string>;
}

/** Makes the bucket, owned by the writer and readable by the reader, or finds it there. A new pod's first packets may not pass its network policy. */
const createBucket = [
  "set -eu",
  `ADMIN_ACCESS_KEY_ID=${storeAccounts.root}`,
  `ADMIN_SECRET_ACCESS_KEY="$(cat ${secretPath}/root)"`,
  "export ADMIN_ACCESS_KEY_ID ADMIN_SECRET_ACCESS_KEY",
  "attempt=0",
  'while [ "$attempt" -lt 30 ]; do',
  '  if answer=$(versitygw admin --endpoint-url "$ENDPOINT" create-bucket --bucket "$BUCKET" \\',
  `    --owner ${storeAccounts.writer} --object-ownership BucketOwnerPreferred --grant-read ${storeAccounts.reader} 2>&1); then`,
  '    echo "bucket $BUCKET is made"; exit 0',
  "  fi",
  '  case "$answer" in *BucketAlready*) echo "bucket $BUCKET is there"; exit 0 ;; esac',
  "  attempt=$((attempt + 1)); sleep 1",
  "done",
  'echo "bucket $BUCKET can\'t be made at $ENDPOINT: $answer" >&2',
  "exit 1",
  "",
].join("\n");

export function bucketJob(identity: Identity, inputs: BucketJobInputs): k8s.batch.v1.JobArgs {
  const metadata = autonamed(identity);
  return {
    // A failed Job never runs again by itself; without this an update with the same image would wait for it for ever.
    metadata: { ...metadata, annotations: { ...metadata.annotations, "pulumi.com/replaceUnready": "true" } },
    spec: {
      backoffLimit: 3,
      activeDeadlineSeconds: 300,
      template: podTemplate(identity, {
        restartPolicy: "Never",
        terminationGracePeriodSeconds: 5,
        containers: [
          container({
            name: "bucket",
            image: inputs.image,
            command: ["sh", "-c", createBucket],
            env: environment({ BUCKET: inputs.bucket, ENDPOINT: inputs.endpoint }),
            resources: resourceRequirements({ cpu: "10m", memory: "64Mi", ephemeralStorage: "16Mi" }),
            volumeMounts: [{ name: "accounts", mountPath: secretPath, readOnly: true }],
          }),
        ],
        volumes: [secretVolume("accounts", inputs.secret, ["root"])],
      }),
    },
  };
}
