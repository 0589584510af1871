import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ContainerResources } from "../component-args.ts";
import { images } from "../images.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import { type ManagedPostgres, PostgresMode } from "./mode.ts";
import { modeProblems } from "./mode-problems.ts";
import type { PostgresArgs } from "./postgres.ts";

/** The arguments with every default filled in. */
export interface PostgresSpec {
  mode: PostgresMode;
  image: pulumi.Input<string>;
  exporterImage: pulumi.Input<string>;
  database: string;
  port: number;
  storage: string;
  storageClass?: string;
  resources: ContainerResources;
  maxConnections: number;
  passwordVersion: number;
  generation: number;
  protect: boolean;
  archived: boolean;
  /** For the mode `cluster`. */
  cluster: ClusterSpec;
  /** For the mode `managed`. */
  managed?: ManagedSpec;
}

export interface ClusterSpec {
  instances: number;
  synchronous: boolean;
  pooler?: PoolerSpec;
  archive?: ServiceBinding;
  baseBackupSchedule: string;
  operatorNamespace: string;
  apiServerCidrs?: string[];
}

export interface PoolerSpec {
  instances: number;
  poolSize: number;
}

export type ManagedSpec = Required<Omit<ManagedPostgres, "kmsKeyArn">> & Pick<ManagedPostgres, "kmsKeyArn">;

export function postgresSpec(name: string, args: PostgresArgs): PostgresSpec {
  const mode = args.mode ?? PostgresMode.single;
  const spec: PostgresSpec = {
    mode,
    image: args.image ?? (mode === PostgresMode.cluster ? images.postgresCluster : images.postgres),
    exporterImage: args.exporterImage ?? images.postgresExporter,
    database: args.database,
    port: 5432,
    storage: args.storage,
    storageClass: args.storageClass,
    resources: { ephemeralStorage: "256Mi", ...(args.resources ?? { cpu: "250m", memory: "512Mi" }) },
    maxConnections: args.maxConnections ?? 100,
    passwordVersion: args.passwordVersion ?? 1,
    generation: args.generation ?? 1,
    protect: args.protect ?? false,
    archived: args.archived ?? false,
    cluster: clusterSpec(args),
    managed: args.managed && managedSpec(args.managed, args.storage),
  };
  refuse("Postgres", name, [
    // The name becomes part of role names and stands unquoted in SQL; Postgres cuts identifiers at 63 bytes.
    !/^[a-z][a-z0-9_]{0,47}$/.test(spec.database) &&
      `database "${spec.database}" is no plain identifier; use lower-case letters, digits and _, starting with a letter, at most 48.`,
    !(bytes(spec.storage) >= 2 ** 30) && `storage "${spec.storage}" is less than a database needs; write it as 2Gi, at least 1Gi.`,
    !(Number.isInteger(spec.maxConnections) && spec.maxConnections >= 10 && spec.maxConnections <= 5000) &&
      `maxConnections ${spec.maxConnections} is out of bounds; give a whole number from 10 to 5000.`,
    !(Number.isInteger(spec.passwordVersion) && spec.passwordVersion >= 1) &&
      `passwordVersion ${spec.passwordVersion} is no version; start at 1 and add 1 to rotate.`,
    !(Number.isInteger(spec.generation) && spec.generation >= 1) && `generation ${spec.generation} is none; start at 1 and add 1 for an empty database.`,
    spec.generation > 1 && mode !== PostgresMode.single && `generation ${spec.generation} has no meaning for mode ${mode}; leave it out.`,
    bytes(spec.resources.memory) < 128 * 2 ** 20 && `resources.memory ${spec.resources.memory} is below what the server needs to start; give at least 128Mi.`,
    ...resourceProblems("resources", spec.resources),
    ...modeProblems(args, spec),
  ]);
  return spec;
}

function clusterSpec({ cluster = {} }: PostgresArgs): ClusterSpec {
  const instances = cluster.instances ?? 3;
  return {
    instances,
    synchronous: cluster.synchronous ?? instances >= 3,
    pooler: cluster.pooler && { instances: 2, poolSize: 20, ...cluster.pooler },
    archive: cluster.archive,
    baseBackupSchedule: cluster.baseBackupSchedule ?? "17 2 * * *",
    operatorNamespace: cluster.operatorNamespace ?? "cnpg-system",
    apiServerCidrs: cluster.apiServerCidrs,
  };
}

function managedSpec(managed: ManagedPostgres, storage: string): ManagedSpec {
  const gibibytes = Math.ceil(bytes(storage) / 2 ** 30);
  return { engineVersion: "18", maxStorage: `${gibibytes * 2}Gi`, multiAz: true, backupRetentionDays: 7, ...managed };
}
