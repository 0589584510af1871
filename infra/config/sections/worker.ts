import * as z from "zod";
import * as field from "../fields.ts";
import { containerResources } from "./container-resources.ts";

/** Connections to the database that one replica opens: the queue is asked, and a few jobs write at once. */
export const workerPoolSize = 4;

export const worker = z
  .strictObject({
    replicas: field.count(0, 50).default(1).describe("How many replicas. With 0 jobs wait until there are more."),
    resources: containerResources("50m", "160Mi", "96Mi").prefault({ cpu: "50m", memory: "160Mi" }).describe("What one replica may use."),
    shutdownSeconds: field
      .count(1, 3600)
      .default(30)
      .describe("Seconds for jobs under way after the stop signal. What takes longer is done again by another worker."),
  })
  .describe("The worker that does the application's jobs, such as statistics by day. Left out, there is none, and no jobs are sent.");
