import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Identity } from "../kubernetes/identity.ts";
import { container, podTemplate, scratch, secretVolume } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { singleServer } from "../kubernetes/single-server.ts";
import type { InClusterStoreSpec } from "./spec.ts";
import { storeAccounts } from "./store-policy.ts";

export const storePort = 7070;

/** The region that the store signs with when it is told none. */
export const storeRegion = "us-east-1";

const secretPath = "/run/secrets/store";
const dataPath = "/data";

/** The file from which the store knows its logins. Given whole, so that no call has to be made to set one, and none can be forgotten. */
export function accountsFile(secrets: Record<"writer" | "reader" | "drill", string>): string {
  const account = (kind: keyof typeof secrets) => ({ [storeAccounts[kind]]: { access: storeAccounts[kind], secret: secrets[kind], role: "user" } });
  return JSON.stringify({ accessAccounts: { ...account("writer"), ...account("reader"), ...account("drill") } });
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
