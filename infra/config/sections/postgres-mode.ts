import * as z from "zod";
import * as field from "../fields.ts";

const cluster = z
  .strictObject({
    instances: field.count(1, 9).default(3).describe("Servers, one of which writes."),
    synchronous: field.flag
      .optional()
      .describe("Whether a write waits until a follower has it: then a lost server loses none. Defaults to true from three servers on."),
    pooler: z
      .strictObject({
        instances: field.count(1, 20).default(2).describe("Pods of the pooler."),
        poolSize: field.count(1, 500).default(20).describe("Connections to the server that each pod holds."),
      })
      .optional()
      .describe("PgBouncer before the application's login. Defaults to none."),
    operatorNamespace: field.dnsLabel("cnpg-system").default("cnpg-system").describe("Namespace of CloudNativePG."),
    apiServerCidrs: z
      .array(field.cidr, { error: "write a list of address ranges, such as [10.0.0.1/32]" })
      .min(1, { error: "name at least one address range, or leave the key out" })
      .optional()
      .describe("Addresses of the API server, which each server asks whether it may write. Defaults to any address on ports 443 and 6443."),
  })
  .describe("For mode cluster.");

const ranges = (what: string) =>
  z
    .array(field.cidr, { error: "write a list of address ranges, such as [10.0.0.0/16]" })
    .min(1, { error: "name at least one address range, such as [10.0.0.0/16]" })
    .describe(what);

const id = (kind: string) => {
  const error = `write it as ${kind}-0123456789abcdef0`;
  return z.string({ error }).regex(new RegExp(`^${kind}-[0-9a-f]+$`), { error });
};

const className = "write a class such as db.m7g.large";
const majorVersion = 'write a major version in quotes, such as "18"';

const managed = z
  .strictObject({
    region: z
      .string({ error: "name a region, such as eu-central-1" })
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "name a region, such as eu-central-1" })
      .describe("Region of the database."),
    vpcId: id("vpc").describe("VPC of the cluster's nodes."),
    subnetIds: z
      .array(id("subnet"), { error: "write a list of subnets" })
      .min(2, { error: "name private subnets in two zones at least" })
      .describe("Private subnets in at least two zones."),
    subnetCidrs: ranges("Address ranges of these subnets."),
    clientCidrs: ranges("Address ranges of the nodes and pods that may reach it."),
    instanceClass: z
      .string({ error: className })
      .regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, { error: className })
      .describe("Size of the machine."),
    authoritiesFile: field
      .plainText("rds-ca.pem")
      .describe("File, from the repository's top, with https://truststore.pki.rds.amazonaws.com/<region>/<region>-bundle.pem: who signs for the server."),
    engineVersion: z
      .string({ error: majorVersion })
      .regex(/^1[4-9]$/, { error: majorVersion })
      .optional()
      .describe("Major version. Defaults to 18."),
    maxStorage: field.memory("200Gi", "22Gi").optional().describe("Most storage, to which it grows by itself. Defaults to twice storage."),
    multiAz: field.flag.default(true).describe("Whether a second server in another zone takes over."),
    backupRetentionDays: field.count(1, 35).default(7).describe("Days for which AWS can restore any moment."),
    kmsKeyArn: field
      .plainText("arn:aws:kms:eu-central-1:123456789012:key/...")
      .optional()
      .describe("Key of the storage. Defaults to the account's own for RDS."),
  })
  .describe("For mode managed.");

/** Who runs the database, and what that one needs to know. */
export const postgresMode = {
  mode: field
    .oneOf(["single", "cluster", "managed"])
    .default("single")
    .describe("One server, a cluster by CloudNativePG, or Amazon RDS. Never change it in place: docs/postgres.md says how data moves."),
  cluster: cluster.optional(),
  managed: managed.optional(),
};
