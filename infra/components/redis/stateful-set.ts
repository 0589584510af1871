import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Identity } from "../kubernetes/identity.ts";
import { container, podTemplate, scratch, secretVolume } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { singleServer } from "../kubernetes/single-server.ts";
import { spread } from "../kubernetes/spread.ts";
import { configDirectory, dataDirectory, port, usersFile } from "./configuration.ts";
import type { RedisSpec } from "./spec.ts";

export function redisStatefulSet(identity: Identity, spec: RedisSpec, users: pulumi.Input<string>, config: pulumi.Input<string>): k8s.apps.v1.StatefulSetArgs {
  return singleServer(identity, {
    template: redisPod(identity, spec, users, config),
    minReadySeconds: 2,
    volume: spec.storage === undefined ? undefined : { size: spec.storage, storageClass: spec.storageClass },
    protect: spec.protect,
  });
}

function redisPod(identity: Identity, spec: RedisSpec, users: pulumi.Input<string>, config: pulumi.Input<string>) {
  const data = spec.storage ? undefined : scratch("data", dataDirectory, "16Mi");
  return podTemplate(identity, {
    ...spread(identity),
    terminationGracePeriodSeconds: 30,
    containers: [
      container({
        name: "redis",
        image: spec.image,
        command: ["redis-server", `${configDirectory}/redis.conf`],
        ports: [{ name: "redis", containerPort: port, protocol: "TCP" }],
        resources: resourceRequirements({ ephemeralStorage: "64Mi", ...spec.resources }),
        volumeMounts: [
          { name: "config", mountPath: configDirectory, readOnly: true },
          { name: "users", mountPath: usersFile.slice(0, usersFile.lastIndexOf("/")), readOnly: true },
          data?.mount ?? { name: "data", mountPath: dataDirectory },
        ],
        // While an append-only file loads, PING is answered with LOADING: five minutes are enough for some ten gigabytes.
        startupProbe: { exec: { command: pong }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 150 },
        readinessProbe: { exec: { command: pong }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
        livenessProbe: { tcpSocket: { port: "redis" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      }),
    ],
    volumes: [{ name: "config", configMap: { name: config } }, secretVolume("users", users, ["users.acl"]), ...(data ? [data.volume] : [])],
  });
}

/**
 * A server that can't write its log answers reads, and refuses PING as it refuses writes. It stays in its Service: taken out, it would
 * look gone, to the exporter too, and nobody were told that its disk is full.
 */
const pong = ["sh", "-c", `redis-cli -h 127.0.0.1 -p ${port} ping | grep -qE 'PONG|MISCONF'`];
