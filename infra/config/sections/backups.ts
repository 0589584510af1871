import * as z from "zod";
import * as field from "../fields.ts";

export const backups = z
  .strictObject({
    store: field.oneOf(["inCluster", "aws"]).default("inCluster").describe("S3 inside the cluster, for development, or on AWS."),
    bucket: z
      .string({ error: "name a bucket, such as example-links-backups" })
      .regex(/^[a-z0-9][a-z0-9-]{1,55}[a-z0-9]$/, { error: "use 3 to 57 lower-case letters, digits and -, such as example-links-backups" })
      .optional()
      .describe("Name of the bucket; on AWS unique in the world. Defaults to <service>-backups."),
    region: z
      .string({ error: "name a region, such as eu-central-1" })
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "name a region, such as eu-central-1" })
      .optional()
      .describe("For aws: region of the bucket."),
    storage: field.memory("2Gi", "256Mi").default("2Gi").describe("For inCluster: size of the volume."),
    schedule: field.schedule.default("17 3 * * *").describe("When, as a cron expression in UTC."),
    retentionDays: field.count(1, 3650).default(7).describe("Days that a backup stays."),
    objectLock: field.oneOf(["governance", "compliance"]).optional().describe("For aws: who may delete a backup before its time."),
    podIdentityCluster: field
      .plainText("prod")
      .optional()
      .describe("For aws: EKS cluster whose Pod Identity gives the backup its role. Left out, it gets a key."),
  })
  .describe("Backups of the database.");
