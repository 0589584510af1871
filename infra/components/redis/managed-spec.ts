import { type RedisArgs, RedisPurpose } from "./redis.ts";

/** ElastiCache, with every default filled in. */
export interface ManagedRedisSpec {
  purpose: RedisPurpose;
  identifier: string;
  region: string;
  vpcId: string;
  subnetIds: string[];
  clientCidrs: string[];
  nodeType: string;
  engineVersion: string;
  replica: boolean;
  snapshotDays: number;
  kmsKeyArn?: string;
  protect: boolean;
}

export function managedSpec(name: string, args: RedisArgs): ManagedRedisSpec {
  const managed = args.managed!;
  return {
    purpose: args.purpose,
    identifier: managed.identifier ?? name,
    region: managed.region,
    vpcId: managed.vpcId,
    subnetIds: managed.subnetIds,
    clientCidrs: managed.clientCidrs,
    nodeType: managed.nodeType,
    engineVersion: managed.engineVersion ?? "8.1",
    replica: args.replica ?? false,
    snapshotDays: managed.snapshotDays ?? (args.purpose === RedisPurpose.state ? 7 : 0),
    kmsKeyArn: managed.kmsKeyArn,
    protect: args.protect ?? false,
  };
}

/** What belongs to servers of our own and means nothing to ElastiCache. */
const foreign = ["maxMemory", "resources", "storage", "storageClass", "image", "promoteReplica"] as const;

export function managedProblems(name: string, args: RedisArgs): (string | false | undefined)[] {
  const { managed, purpose, replica } = args;
  const unused = foreign.filter((argument) => args[argument] !== undefined).map((argument) => `${argument} means nothing for mode managed; leave it out.`);
  if (!managed) return [...unused, "mode is managed but managed is missing; give its region, vpcId, subnetIds, clientCidrs and nodeType."];
  const { clientCidrs, engineVersion, identifier = name, kmsKeyArn, nodeType, region, snapshotDays, subnetIds, vpcId } = managed;
  return [
    ...unused,
    // ElastiCache allows 40 characters, and begins with a letter.
    !/^[a-z](?:-?[a-z0-9]){0,29}$/.test(identifier) &&
      `managed.identifier "${identifier}" is none for ElastiCache; use at most 30 lower-case letters, digits and single hyphens, a letter first.`,
    !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) && `managed.region "${region}" is no region; write it as eu-central-1.`,
    !/^vpc-[0-9a-f]+$/.test(vpcId) && `managed.vpcId "${vpcId}" is no VPC; write it as vpc-0a1b2c3d4e5f67890.`,
    ...subnetIds.filter((id) => !/^subnet-[0-9a-f]+$/.test(id)).map((id) => `managed.subnetIds "${id}" is no subnet; write it as subnet-0a1b2c3d4e5f67890.`),
    subnetIds.length < (replica ? 2 : 1) &&
      `managed.subnetIds names ${subnetIds.length} subnets; give at least ${replica ? "2, in two zones, since the replica stands in another zone" : "1"}.`,
    clientCidrs.length === 0 && "managed.clientCidrs is empty, so no pod could connect; name the address ranges of the cluster's pods, such as 10.0.0.0/16.",
    ...clientCidrs
      .filter((cidr) => !/^\d{1,3}(\.\d{1,3}){3}\/([89]|[12]\d|3[0-2])$/.test(cidr))
      .map((cidr) => `managed.clientCidrs "${cidr}" is no address range of a cluster; write it as 10.0.0.0/16, at most /8 wide.`),
    !/^cache\.[a-z0-9]+\.[a-z0-9]+$/.test(nodeType) && `managed.nodeType "${nodeType}" is no node type; write it as cache.t4g.small.`,
    engineVersion !== undefined && !/^[78]\.\d+$/.test(engineVersion) && `managed.engineVersion "${engineVersion}" is no version of Valkey; write it as 8.1.`,
    kmsKeyArn !== undefined &&
      !/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/\S+$/.test(kmsKeyArn) &&
      `managed.kmsKeyArn "${kmsKeyArn}" is no key; write it as arn:aws:kms:eu-central-1:123456789012:key/…, or leave it out.`,
    kmsKeyArn?.startsWith("arn:") &&
      kmsKeyArn.split(":")[3] !== region &&
      `managed.kmsKeyArn is a key of ${kmsKeyArn.split(":")[3]}, but managed.region is ${region}; give a key of that region.`,
    snapshotDays !== undefined &&
      !(Number.isInteger(snapshotDays) && snapshotDays >= 0 && snapshotDays <= 35) &&
      `managed.snapshotDays ${snapshotDays} is out of bounds; give whole days from 0 to 35.`,
    snapshotDays === 0 &&
      purpose === RedisPurpose.state &&
      "managed.snapshotDays 0 keeps no copy of state, and RedisBackup can't make one: ElastiCache refuses SYNC; give at least 1.",
  ].map((problem) => problem || undefined);
}
