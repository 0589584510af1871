import * as z from "zod";
import * as field from "../fields.ts";

const bucketMend = "use 3 to 57 lower-case letters, digits and -, such as example-links-backups";
const bucketName = z.string({ error: "name a bucket, such as example-links-backups" }).regex(/^[a-z0-9][a-z0-9-]{1,55}[a-z0-9]$/, { error: bucketMend });
const region = z.string({ error: "name a region, such as eu-central-1" }).regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "name a region, such as eu-central-1" });
const arn = (pattern: RegExp, example: string) => z.string({ error: `write an ARN, such as ${example}` }).regex(pattern, { error: `write it as ${example}` });

const replica = z
  .strictObject({
    region: region.describe("Region of the copy, another than the bucket's."),
    bucket: bucketName.optional().describe("Name of the copy's bucket. Defaults to the bucket's with -copy."),
    assumeRole: arn(/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/, "arn:aws:iam::210987654321:role/backup-replica")
      .optional()
      .describe("Role in another account that makes the copy there. Defaults to the same account."),
  })
  .describe("For aws: a copy of every backup in another region, within 15 minutes.");

const pointInTime = z
  .strictObject({ baseSchedule: field.schedule.default("41 1 * * *").describe("When the server's files are copied, as a cron expression in UTC.") })
  .describe("For postgres.mode single: the log is archived too, so that the database can be brought back to any moment, at most a minute before a loss.");

export const backups = z
  .strictObject({
    store: field.oneOf(["inCluster", "aws"]).default("inCluster").describe("S3 inside the cluster, for development, or on AWS."),
    bucket: bucketName.optional().describe("Name of the bucket; on AWS unique in the world. Defaults to <service>-backups."),
    region: region.optional().describe("For aws: region of the bucket."),
    storage: field.memory("2Gi", "256Mi").default("2Gi").describe("For inCluster: size of the volume."),
    schedule: field.schedule.default("17 3 * * *").describe("When, as a cron expression in UTC."),
    parallel: field.count(1, 8).default(2).describe("Tables dumped at a time. Each takes a connection and 30Mi of memory."),
    encrypt: field.flag
      .default(false)
      .describe("Whether backups are encrypted before they leave the cluster, by a key of the stack: its output backupEncryptionKey."),
    pointInTime: pointInTime.optional(),
    retentionDays: field.count(1, 3650).default(7).describe("Days that a backup stays."),
    objectLock: field.oneOf(["governance", "compliance"]).optional().describe("For aws: who may delete a backup before its time."),
    objectLockDays: field
      .count(1, 3651)
      .optional()
      .describe("For aws: days that the lock holds, no fewer than retentionDays. Defaults to one more than retentionDays."),
    breakGlassPrincipal: arn(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/\S+$/, "arn:aws:iam::123456789012:role/break-glass")
      .optional()
      .describe("For aws: the one role or user that may delete backups. Defaults to nobody."),
    replica: replica.optional(),
    oidcProvider: arn(/^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/\S+$/, "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABCD")
      .optional()
      .describe("For aws: the cluster's identity provider, for pods on Fargate or outside EKS (IRSA), instead of podIdentityCluster."),
    podIdentityCluster: field
      .plainText("prod")
      .optional()
      .describe("For aws: EKS cluster whose Pod Identity gives the backup its role. Left out, it gets a key."),
  })
  .describe("Backups of the database.");
