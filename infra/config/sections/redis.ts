import * as z from "zod";
import * as field from "../fields.ts";

const nodeType = "write a node type such as cache.t4g.small";
const matching = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error });
const idMend = (kind: string) => `write it as ${kind}-0123456789abcdef0`;

const managed = z
  .strictObject({
    region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "name a region, such as eu-central-1").describe("Region of the servers."),
    vpcId: matching(/^vpc-[0-9a-f]+$/, idMend("vpc")).describe("VPC of the cluster's nodes."),
    subnetIds: z
      .array(matching(/^subnet-[0-9a-f]+$/, idMend("subnet")), { error: "write a list of subnets" })
      .min(2, { error: "name private subnets in two zones at least" })
      .describe("Private subnets in at least two zones."),
    clientCidrs: z
      .array(matching(/^\d{1,3}(\.\d{1,3}){3}\/([89]|[12]\d|3[0-2])$/, "write an address range such as 10.0.0.0/16, at most /8 wide"), {
        error: "write a list of address ranges, such as [10.0.0.0/16]",
      })
      .min(1, { error: "name at least one address range, such as [10.0.0.0/16]" })
      .describe("Address ranges of the cluster's pods and of the servers' subnets."),
    cacheNodeType: matching(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, nodeType)
      .default("cache.t4g.small")
      .describe("Size of the cache."),
    stateNodeType: matching(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, nodeType)
      .default("cache.t4g.small")
      .describe("Size of the servers for state."),
    engineVersion: matching(/^[78]\.\d+$/, 'write a version of Valkey in quotes, such as "8.1"')
      .optional()
      .describe('Version of Valkey. Defaults to "8.1".'),
    snapshotDays: field.count(1, 35).optional().describe("Days that AWS keeps daily snapshots of state. Defaults to 7."),
  })
  .describe("For mode managed.");

const server = (maxMemory: string, memory: string) => ({
  maxMemory: field.memory(maxMemory, "1Mi").default(maxMemory).describe("Most memory for data."),
  memory: field.memory(memory, "16Mi").default(memory).describe("Memory of the container."),
  cpu: field.cpu("50m").default("20m").describe("CPU request."),
});

export const redis = z
  .strictObject({
    mode: field
      .oneOf(["single", "managed"])
      .default("single")
      .describe("Servers in the cluster, or Amazon ElastiCache with TLS. A change makes new, empty servers."),
    managed: managed.optional(),
    cache: z.strictObject(server("64Mi", "96Mi")).prefault({}).describe("What may be lost at any time."),
    state: z
      .strictObject({
        ...server("64Mi", "128Mi"),
        storage: field.memory("1Gi", "3Mi").default("1Gi").describe("Size of the volume."),
        replica: field.flag.default(false).describe("Whether a second server follows, with a volume of its own; on ElastiCache it takes over by itself."),
        promoteReplica: field.flag.default(false).describe("Makes the replica lead: docs/redis.md."),
        backupSchedule: field.schedule.optional().describe("When state is backed up, as a cron expression in UTC. Left out, it is not."),
      })
      .prefault({})
      .describe("What must not be lost, such as the counters of rate limits."),
    passwordVersion: field.count(1, 1_000_000).default(1).describe("Add 1 for new passwords; servers and application restart."),
  })
  .describe("The two Redis servers.");
