import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources, Monitoring } from "../component-args.ts";
import { Exporter } from "../exporter/exporter.ts";
import { disruptionBudget } from "../kubernetes/budget.ts";
import { autonamed, identityOf, named, selectorLabels } from "../kubernetes/identity.ts";
import { workloadPolicy } from "../kubernetes/network.ts";
import { port, redisConf, usersAcl } from "./configuration.ts";
import { exporterPasswords, redisExporter } from "./exporter.ts";
import { redisSpec } from "./spec.ts";
import { redisStatefulSet } from "./stateful-set.ts";

/** What the data is for. Two purposes never share a server: what protects state would break a cache, and the other way round. */
export const RedisPurpose = {
  /** May be lost at any time: no disk, the least recently used goes first. */
  cache: "cache",
  /** Must not be lost or evicted: append-only file, writes are refused when memory is full. */
  state: "state",
} as const;
export type RedisPurpose = (typeof RedisPurpose)[keyof typeof RedisPurpose];

export interface RedisArgs extends ComponentArgs {
  /** `cache` or `state`. A change replaces the server and its data. */
  purpose: RedisPurpose;
  /** Most memory for data, such as `256Mi`: at most 85 % of the memory limit for a cache, 70 % for state. A change restarts the server. */
  maxMemory: string;
  /** CPU and memory of the server. A change restarts it. */
  resources: ContainerResources;
  /** Size of the volume, for `state` only, at least three times `maxMemory`. */
  storage?: string;
  /** Storage class of the volume. Defaults to the cluster's own. A change replaces the server and its data. */
  storageClass?: string;
  /** Version of the passwords, 1 at first. Adding 1 makes new ones and restarts the server and its clients. */
  passwordVersion?: number;
  /** Keeps the data: Pulumi refuses to delete the server, and its volume outlives it. Defaults to false. */
  protect?: boolean;
  /** Image of the server. Defaults to the catalogue's. A change restarts it. */
  image?: pulumi.Input<string>;
  /** Image of the exporter. Defaults to the catalogue's. */
  exporterImage?: pulumi.Input<string>;
  /** How Prometheus reaches the exporter. Left out, there is none. */
  monitoring?: Monitoring;
}

/** A Redis server for one purpose, with users that may do no more than they must, and an exporter. */
export class Redis extends pulumi.ComponentResource {
  /** Login of the application: all keys, no administration. Resolves when the server is ready. */
  readonly binding: ServiceBinding;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:Redis", name, {}, opts);
    const spec = redisSpec(name, args);
    const identity = identityOf(name, "redis", spec.purpose, args);
    const child = { parent: this };

    const password = (user: string) =>
      new random.RandomPassword(`${name}-${user}-password`, { length: 32, special: false, keepers: { version: `${spec.passwordVersion}` } }, child).result;
    const [app, exporter] = [password("app"), password("exporter")];
    const acl = pulumi.secret(pulumi.all([app, exporter]).apply(([appPassword, exporterPassword]) => usersAcl(appPassword, exporterPassword)));
    const users = new k8s.core.v1.Secret(`${name}-users`, { metadata: autonamed(identity), stringData: { "users.acl": acl } }, child);
    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      { metadata: autonamed(identity), data: { "redis.conf": redisConf(spec.purpose, spec.maxMemory) } },
      child,
    );
    new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: named(identity), automountServiceAccountToken: false }, child);
    new k8s.networking.v1.NetworkPolicy(`${name}-policy`, workloadPolicy(identity, [], []), child);
    const server = new k8s.apps.v1.StatefulSet(name, redisStatefulSet(identity, spec, users.metadata.name, config.metadata.name), {
      parent: this,
      protect: spec.protect && spec.storage !== undefined,
    });
    new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, disruptionBudget(identity), child);
    const service = new k8s.core.v1.Service(
      name,
      {
        metadata: named(identity),
        spec: { type: "ClusterIP", selector: selectorLabels(identity), ports: [{ name: "redis", port, targetPort: "redis", protocol: "TCP" }] },
      },
      { parent: this, dependsOn: server },
    );

    const endpoint: ServiceBinding = { name, namespace: args.namespace, host: service.metadata.name, port, podSelector: selectorLabels(identity) };
    const login = (user: string, files: Record<string, pulumi.Input<string>>): ServiceBinding => {
      const secret = new k8s.core.v1.Secret(`${name}-${user}`, { metadata: autonamed(identity), stringData: files }, child);
      return { ...endpoint, settings: { username: user }, secretName: secret.metadata.name, secretFiles: Object.keys(files) };
    };
    this.binding = login("app", { password: app });
    if (args.monitoring) {
      const watched = login("exporter", { "passwords.json": exporterPasswords(endpoint.host, exporter) });
      new Exporter(`${name}-exporter`, redisExporter(args, spec, watched, args.monitoring), child);
    }
    this.registerOutputs({ binding: this.binding });
  }
}
