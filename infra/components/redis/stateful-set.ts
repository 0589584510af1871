import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Identity } from "../kubernetes/identity.ts";
import { container, podTemplate, scratch, secretVolume } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { singleServer } from "../kubernetes/single-server.ts";
import { spread } from "../kubernetes/spread.ts";
import { configDirectory, dataDirectory, port, secretDirectory } from "./configuration.ts";
import type { SingleRedisSpec } from "./spec.ts";

/** One server of our own. */
export interface RedisServer {
  identity: Identity;
  spec: SingleRedisSpec;
  /** Name of the Secret, and its files. */
  secret: pulumi.Input<string>;
  secretFiles: string[];
  /** Name of the ConfigMap that holds redis.conf. */
  config: pulumi.Input<string>;
  /** For a leader: the script that refuses to start it. */
  guard?: string;
  /** Whether it follows another. */
  follows: boolean;
  /** Its Service. Defaults to the one of its own name. */
  serviceName?: string;
}

export function redisStatefulSet(server: RedisServer): k8s.apps.v1.StatefulSetArgs {
  const { identity, spec } = server;
  const set = singleServer(identity, {
    template: redisPod(server),
    minReadySeconds: 2,
    volume: spec.storage === undefined ? undefined : { size: spec.storage, storageClass: spec.storageClass },
    protect: spec.protect,
    serviceName: server.serviceName,
  });
  // A follower that can't start must not hold up the update that makes it the leader's heir; an alert tells that it is missing.
  return server.follows ? { ...set, metadata: { ...set.metadata, annotations: { ...identity.annotations, "pulumi.com/skipAwait": "true" } } } : set;
}

function redisPod({ identity, spec, secret, secretFiles, config, guard, follows }: RedisServer) {
  const data = spec.storage ? undefined : scratch("data", dataDirectory, "16Mi");
  const mounts = [{ name: "users", mountPath: secretDirectory, readOnly: true }, data?.mount ?? { name: "data", mountPath: dataDirectory }];
  return podTemplate(identity, {
    ...spread(identity),
    terminationGracePeriodSeconds: 30,
    ...(guard !== undefined && {
      initContainers: [
        container({
          name: "guard",
          image: spec.image,
          command: ["sh", "-c", guard],
          resources: resourceRequirements({ cpu: "10m", memory: "16Mi", ephemeralStorage: "16Mi" }),
          volumeMounts: mounts,
        }),
      ],
    }),
    containers: [
      container({
        name: "redis",
        image: spec.image,
        command: ["redis-server", `${configDirectory}/redis.conf`],
        ports: [{ name: "redis", containerPort: port, protocol: "TCP" }],
        resources: resourceRequirements({ ephemeralStorage: "64Mi", ...spec.resources }),
        volumeMounts: [{ name: "config", mountPath: configDirectory, readOnly: true }, ...mounts],
        // While an append-only file loads, PING is answered with LOADING: five minutes are enough for some ten gigabytes.
        startupProbe: {
          exec: { command: answers(follows ? "PONG|MISCONF|MASTERDOWN" : "PONG|MISCONF") },
          periodSeconds: 2,
          timeoutSeconds: 2,
          failureThreshold: 150,
        },
        readinessProbe: { exec: { command: answers("PONG|MISCONF") }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
        livenessProbe: { tcpSocket: { port: "redis" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      }),
    ],
    volumes: [{ name: "config", configMap: { name: config } }, secretVolume("users", secret, secretFiles), ...(data ? [data.volume] : [])],
  });
}

/**
 * A server that can't write its log answers reads, and refuses PING as it refuses writes. It stays in its Service: taken out, it would
 * look gone, to the exporter too, and nobody were told that its disk is full. A follower without its leader has started, and is not ready.
 */
const answers = (words: string) => ["sh", "-c", `redis-cli -h 127.0.0.1 -p ${port} --user probe --pass none --no-auth-warning ping | grep -qE '${words}'`];
