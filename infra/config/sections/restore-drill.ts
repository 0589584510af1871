import * as z from "zod";
import * as field from "../fields.ts";
import { containerResources } from "./container-resources.ts";

const invariantsMend = "write a list of truths about the data, each with name and sql";

const invariant = z.strictObject({
  name: field.plainText("every visit is to a link").describe("What it says; it stands in evidence and alerts."),
  sql: field.plainText("SELECT NOT EXISTS (SELECT FROM visits WHERE link IS NULL)").describe("A query that gives one value, true while it holds."),
});

export const restoreDrill = z
  .strictObject({
    schedule: field.schedule.default("47 4 * * *").describe("When, as a cron expression in UTC; some time after the backup."),
    storage: field.memory("10Gi", "256Mi").default("4Gi").describe("Space on the node for the restored database, at least twice its size."),
    resources: containerResources("250m", "768Mi", "296Mi").prefault({ cpu: "250m", cpuLimit: "2", memory: "768Mi" }).describe("What a drill may use."),
    recoveryTimeMinutes: field.count(1, 10_080).default(60).describe("Recovery time objective: how long a restore may take. An alert begins above it."),
    recoveryPointMinutes: field
      .count(1, 525_600)
      .optional()
      .describe("Recovery point objective: how old the newest backup's data may be. Defaults to the backups' longest gap and two hours."),
    invariants: z.array(invariant, { error: invariantsMend }).default([]).describe("Truths about the data that a drill asks of what it restored."),
  })
  .describe("Drills that restore the backups on a schedule.");
