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
  })
  .describe("The database.");

const redisServer = (maxMemory: string, memory: string) => ({
  maxMemory: field.memory(maxMemory, "1Mi").default(maxMemory).describe("Most memory for data."),
  memory: field.memory(memory, "16Mi").default(memory).describe("Memory of the container."),
  cpu: field.cpu("50m").default("20m").describe("CPU request."),
});

export const redis = z
  .strictObject({
    cache: z.strictObject(redisServer("64Mi", "96Mi")).prefault({}).describe("What may be lost at any time."),
    state: z
      .strictObject({ ...redisServer("64Mi", "128Mi"), storage: field.memory("1Gi", "3Mi").default("1Gi").describe("Size of the volume.") })
      .prefault({})
      .describe("What must not be lost, such as the counters of rate limits."),
    passwordVersion: field.count(1, 1_000_000).default(1).describe("Add 1 for new passwords; servers and application restart."),
  })
  .describe("The two Redis servers.");
