import * as z from "zod";
import * as field from "../fields.ts";
import { containerResources } from "./container-resources.ts";
import { postgresMode } from "./postgres-mode.ts";

export const postgres = z
  .strictObject({
    ...postgresMode,
    storage: field.memory("20Gi", "1Gi").default("10Gi").describe("Size of the volume."),
    storageClass: field.plainText("gp3").optional().describe("Storage class. Defaults to the cluster's own."),
    resources: containerResources("250m", "512Mi", "128Mi").prefault({ cpu: "250m", memory: "512Mi" }).describe("What the server may use."),
    maxConnections: field.count(10, 5000).optional().describe("Most connections. Defaults to what all replicas' pools need, at least 100."),
    passwordVersion: field.count(1, 1_000_000).default(1).describe("Add 1 to rotate the passwords without an outage."),
    generation: field
      .count(1, 1000)
      .default(1)
      .describe("For mode single: which of the volume's databases runs. Add 1 for an empty one, to be filled by a restore: docs/postgres.md."),
  })
  .describe("The database.");
