import * as z from "zod";
import { wantedProblem } from "../../components/backup-tools/restore/wanted-backup.ts";
import * as field from "../fields.ts";

const backupMend = "write latest, a backup's name such as 2026-11-21T03-17-00Z-x7k2p, or a past moment such as 2026-11-21T03:00:00Z";

/** Pulumi reads a moment without quotes as YAML's own type, and hands it on as Go writes it: `2026-11-21 03:00:00 +0000 UTC`. */
const asGoWrites = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) \S+$/;

export const restoreFrom = z
  .strictObject({
    backup: z
      .string({ error: backupMend })
      .overwrite((value) => value.replace(asGoWrites, "$1T$2$3:$4").replace("+00:00", "Z"))
      .refine((value) => wantedProblem(value) === undefined, { error: backupMend })
      .describe("What to bring back: latest, a backup's name, or a moment, which means that moment with pointInTime, else the newest dump before it."),
    pointInTime: z
      .boolean()
      .optional()
      .describe("Whether the log that backups.pointInTime brought into the bucket is replayed where it has newer data than a dump. Defaults to true with it."),
    bucket: field.plainText("example-links-backups").optional().describe("Bucket to read from, which this stack does not own. Defaults to the stack's own."),
    region: field.plainText("eu-central-1").optional().describe("For another bucket: its region. Defaults to us-east-1 with an endpoint."),
    endpoint: field.webAddress("https://s3.example.org").optional().describe("For another bucket: address of an S3 store. Defaults to AWS in the region."),
    prefix: field.plainText("backups").optional().describe("For another bucket: what its keys begin with. Defaults to backups."),
  })
  .describe("Backup to fill the empty database with while the stack comes up; a database that holds tables is left alone.");
