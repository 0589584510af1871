import { bytes } from "../kubernetes/quantities.ts";
import { scheduleProblem } from "../kubernetes/schedule.ts";
import { type ManagedPostgres, PostgresMode } from "./mode.ts";
import type { PostgresArgs } from "./postgres.ts";
import type { ClusterSpec, PostgresSpec } from "./spec.ts";

type Problems = (string | false | undefined)[];

/** What is wrong with the mode, and with what is said about it. */
export function modeProblems(args: PostgresArgs, spec: PostgresSpec): Problems {
  const { mode } = spec;
  const modes = Object.values(PostgresMode);
  if (!modes.includes(mode)) return [`mode "${mode}" is unknown; use ${modes.join(", ")}.`];
  const unused = (["cluster", "managed"] as const).filter((other) => other !== mode && args[other] !== undefined);
  return [
    spec.archived &&
      mode !== PostgresMode.single &&
      `archived is for the mode single, and mode is ${mode}, which keeps a log of its own; remove archived${mode === PostgresMode.cluster ? ", and give cluster.archive instead" : ""}.`,
    ...unused.map((other) => `${other} is given but mode is ${mode}; remove ${other}, or set mode to ${other}.`),
    ...(mode === PostgresMode.cluster ? clusterProblems(spec.cluster, spec.maxConnections) : []),
    ...(mode === PostgresMode.managed ? managedProblems(args.managed, spec.storage) : []),
  ];
}

function clusterProblems(cluster: ClusterSpec, maxConnections: number): Problems {
  const { archive, instances, pooler, synchronous } = cluster;
  const pooled = pooler ? pooler.instances * pooler.poolSize : 0;
  return [
    !(Number.isInteger(instances) && instances >= 1 && instances <= 9) && `cluster.instances ${instances} is out of bounds; give a whole number from 1 to 9.`,
    synchronous && instances < 3 && `cluster.synchronous lets writes wait whenever one of ${instances} servers is away; set cluster.instances to at least 3.`,
    pooler && !(Number.isInteger(pooler.instances) && pooler.instances >= 1) && `cluster.pooler.instances ${pooler.instances} is no number of pods; give 2.`,
    pooler &&
      !(Number.isInteger(pooler.poolSize) && pooler.poolSize >= 1) &&
      `cluster.pooler.poolSize ${pooler.poolSize} is no number of connections; give 20.`,
    pooled > maxConnections - 15 &&
      `cluster.pooler holds ${pooled} connections, and maxConnections ${maxConnections} leaves none for migrations and backups; raise it to at least ${pooled + 15}.`,
    scheduleProblem("cluster.baseBackupSchedule", cluster.baseBackupSchedule),
    // The hardened bucket takes single uploads under its own key only, and Barman sends base backups in parts.
    archive?.settings?.kmsKey !== undefined &&
      `cluster.archive "${archive.name}" is a bucket that takes no uploads in parts, as base backups are; give the binding of one that does, or leave cluster.archive out.`,
    archive !== undefined &&
      archive.settings?.bucket === undefined &&
      `cluster.archive "${archive.name}" has no setting bucket; give the binding of a BackupBucket.`,
  ];
}

function managedProblems(managed: ManagedPostgres | undefined, storage: string): Problems {
  if (!managed)
    return ["mode is managed but managed is missing; give managed.region, vpcId, subnetIds, subnetCidrs, clientCidrs, instanceClass and authorities."];
  const { authorities, backupRetentionDays, clientCidrs, engineVersion, instanceClass, maxStorage, region, subnetCidrs, subnetIds, vpcId } = managed;
  return [
    !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) && `managed.region "${region}" is no region; write it as eu-central-1.`,
    !/^vpc-[0-9a-f]+$/.test(vpcId) && `managed.vpcId "${vpcId}" is no VPC; write it as vpc-0123456789abcdef0.`,
    subnetIds.length < 2 && `managed.subnetIds names ${subnetIds.length} subnets; RDS wants two, in two zones.`,
    subnetCidrs.length === 0 && "managed.subnetCidrs is empty, and no client could reach the database; name the ranges of managed.subnetIds.",
    clientCidrs.length === 0 && "managed.clientCidrs is empty, and nobody would reach the database; name the ranges of the nodes and pods.",
    ...(["clientCidrs", "subnetCidrs"] as const).map(
      (argument) => managed[argument].some((cidr) => cidr.endsWith("/0")) && `managed.${argument} holds a range of everybody; name those of your own network.`,
    ),
    !/^db\.[a-z0-9-]+\.[a-z0-9]+$/.test(instanceClass) && `managed.instanceClass "${instanceClass}" is no class; write it as db.m7g.large.`,
    !authorities.includes("-----BEGIN CERTIFICATE-----") &&
      `managed.authorities holds no certificate; give the contents of https://truststore.pki.rds.amazonaws.com/${region}/${region}-bundle.pem.`,
    engineVersion !== undefined && !/^1[4-9]$/.test(engineVersion) && `managed.engineVersion "${engineVersion}" is no major version; write it as 18.`,
    bytes(storage) < 20 * 2 ** 30 && `storage ${storage} is less than RDS gives; give at least 20Gi.`,
    maxStorage !== undefined && bytes(maxStorage) < bytes(storage) * 1.1 && `managed.maxStorage ${maxStorage} must be a tenth more than storage ${storage}.`,
    backupRetentionDays !== undefined &&
      !(Number.isInteger(backupRetentionDays) && backupRetentionDays >= 1 && backupRetentionDays <= 35) &&
      `managed.backupRetentionDays ${backupRetentionDays} is out of bounds; give 1 to 35.`,
  ];
}
