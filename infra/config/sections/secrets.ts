import * as z from "zod";
import * as field from "../fields.ts";

export const secrets = z
  .strictObject({
    app: z
      .record(field.variableName, z.string({ error: "give a text" }), { error: "map variable names to secrets" })
      .default({})
      .describe("Secrets of the application by name; each is mounted as a file whose path is in <NAME>_FILE."),
    alerts: z
      .record(field.variableName, z.string({ error: "give a text" }), { error: "map names to secrets" })
      .default({})
      .describe("Secrets of alert receivers, by the names that `slipway:alerts.routes.receivers` give them."),
  })
  .describe("Values set with --secret, and nothing else.");
