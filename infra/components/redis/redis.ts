import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources, Monitoring } from "../component-args.ts";
import { Exporter } from "../exporter/exporter.ts";
import { autonamed, identityOf } from "../kubernetes/identity.ts";
import type { RedisPasswords } from "./access.ts";
import { exporterPasswords, redisExporter } from "./exporter.ts";
import { makeManaged } from "./managed.ts";
import { makeServers } from "./servers.ts";
import { type RedisSpec, redisSpec } from "./spec.ts";

/** What the data is for. Two purposes never share a server: what protects state would break a cache, and the other way round. */
export const RedisPurpose = {
  /** May be lost at any time: no disk, the least recently used goes first. */
  cache: "cache",
  /** Must not be lost or evicted: append-only file, writes are refused when memory is full. */
  state: "state",
} as const;
export type RedisPurpose = (typeof RedisPurpose)[keyof typeof RedisPurpose];

/** Who runs the servers. */
export const RedisMode = {
  /** The component itself, in the cluster. */
  single: "single",
  /** ElastiCache, with TLS and the same users. */
  managed: "managed",
} as const;
export type RedisMode = (typeof RedisMode)[keyof typeof RedisMode];

/** What ElastiCache needs. */
export interface ManagedRedisArgs {
  /** Region, such as `eu-central-1`. A change makes new, empty servers. */
  region: string;
  /** VPC of the cluster, such as `vpc-0a1b2c3d4e5f67890`. A change makes new, empty servers. */
  vpcId: string;
  /** Private subnets of that VPC, with a replica in two zones at least. A change makes new, empty servers. */
  subnetIds: string[];
  /** Address ranges of the cluster's pods, and of the servers that they reach, such as `10.0.0.0/16`: who else is in the VPC can't connect. */
  clientCidrs: string[];
  /** Name of the servers in AWS, unique in account and region. Defaults to the component's. A change makes new, empty servers. */
  identifier?: string;
  /** Size of a server, such as `cache.t4g.small`. A change replaces the servers one by one. */
  nodeType: string;
  /** Version of Valkey. Defaults to `8.1`. Raising it upgrades in place; AWS offers no way back. */
  engineVersion?: string;
  /** Days that AWS keeps its daily snapshots, 0 to 35. Defaults to 7 for state, 0 for a cache. */
  snapshotDays?: number;
  /** Key that encrypts what lies on disks, by ARN. Defaults to the one that AWS keeps. A change makes new, empty servers. */
  kmsKeyArn?: string;
}

export interface RedisArgs extends ComponentArgs {
  /** `cache` or `state`. A change replaces the server and its data. */
  purpose: RedisPurpose;
  /** Who runs the servers. Defaults to `single`. A change makes new, empty servers. */
  mode?: RedisMode;
  /** For the mode `managed`. */
  managed?: ManagedRedisArgs;
  /** For `single`: most memory for data, such as `256Mi`, at most 85 % of the memory limit for a cache, 70 % for state. A change restarts the server. */
  maxMemory?: string;
  /** For `single`: CPU and memory of the server. A change restarts it. */
  resources?: ContainerResources;
  /** For `single` and `state` only: size of the volume, at least three times `maxMemory`. */
  storage?: string;
  /** For `single`: storage class of the volume. Defaults to the cluster's own. A change replaces the server and its data. */
  storageClass?: string;
  /**
   * Whether a second server follows, with a volume of its own. Defaults to false. In the mode `single` for `state` only: it takes over when
   * told so by `promoteReplica`; ElastiCache's stands in another zone and takes over by itself. Added or removed while the first goes on.
   */
  replica?: boolean;
  /**
   * For `single`: makes the replica lead, and the first server follow it. Defaults to false. Both restart; what the replica had not
   * received yet is lost, which is less than a second of writes when both were well.
   */
  promoteReplica?: boolean;
  /** Version of the passwords, 1 at first. Adding 1 makes new ones and restarts the server and its clients. */
  passwordVersion?: number;
  /** Keeps the data: Pulumi refuses to delete the server, and its volume outlives it. Defaults to false. */
  protect?: boolean;
  /** For `single`: image of the server. Defaults to the catalogue's. A change restarts it. */
  image?: pulumi.Input<string>;
  /** Image of the exporter. Defaults to the catalogue's. */
  exporterImage?: pulumi.Input<string>;
  /** How Prometheus reaches the exporter. Left out, there is none. */
  monitoring?: Monitoring;
}

/** A Redis server for one purpose, with users that may do no more than they must, and an exporter. */
export class Redis extends pulumi.ComponentResource {
  /** Login of the application: all keys, no administration. Resolves when the server is ready. The setting `tls` is `true` where the server asks for TLS. */
  readonly binding: ServiceBinding;
  /** Login that may copy everything and do nothing else, for a `RedisBackup`. Only `state` of the mode `single` has it. */
  readonly backupBinding?: ServiceBinding;
  /** Login that may bring keys back and read none, for a `RedisRestore`. Only `state` of the mode `single` has it. */
  readonly restoreBinding?: ServiceBinding;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:Redis", name, {}, opts);
    const spec = redisSpec(name, args);
    const identity = identityOf(name, "redis", spec.purpose, args);
    const child = { parent: this };

    const passwords = makePasswords(name, spec, child);
    const { leader, source } = spec.managed ? makeManaged(name, args, spec.managed, passwords, this) : makeServers(identity, spec.single!, passwords, this);

    const login = (at: ServiceBinding, user: string, files: Record<string, pulumi.Input<string>>): ServiceBinding => {
      const secret = new k8s.core.v1.Secret(`${name}-${user}`, { metadata: autonamed(identity), stringData: files }, child);
      return { ...at, settings: { ...at.settings, username: user }, secretName: secret.metadata.name, secretFiles: Object.keys(files) };
    };
    this.binding = login(leader, "app", { password: passwords.app });
    if (source && passwords.copy) this.backupBinding = login({ ...source, name }, "copy", { password: passwords.copy });
    if (passwords.restore) this.restoreBinding = login(leader, "restore", { password: passwords.restore });
    if (args.monitoring) {
      const watched = login(leader, "exporter", { "passwords.json": exporterPasswords(leader, passwords.exporter) });
      new Exporter(`${name}-exporter`, redisExporter(args, spec, watched, args.monitoring), child);
    }
    this.registerOutputs({ binding: this.binding, backupBinding: this.backupBinding, restoreBinding: this.restoreBinding });
  }
}

function makePasswords(name: string, spec: RedisSpec, opts: pulumi.CustomResourceOptions): RedisPasswords {
  const keepers = { version: `${spec.passwordVersion}` };
  const password = (user: string) => new random.RandomPassword(`${name}-${user}-password`, { length: 32, special: false, keepers }, opts).result;
  const own = { app: password("app"), exporter: password("exporter") };
  return spec.single?.purpose === RedisPurpose.state ? { ...own, copy: password("copy"), restore: password("restore") } : own;
}
