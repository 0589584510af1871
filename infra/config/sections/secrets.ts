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
    restore: z
      .strictObject({
        accessKeyId: z.string({ error: "give a text" }).optional().describe("Access key that may read the bucket of `slipway:restoreFrom`."),
        secretAccessKey: z.string({ error: "give a text" }).optional().describe("Its secret."),
        encryptionKey: z
          .string({ error: "give 64 hex digits" })
          .regex(/^[0-9a-fA-F]{64}$/, { error: "give the key of those backups, 64 hex digits" })
          .optional()
          .describe("Key of encrypted backups. Defaults to this stack's own."),
      })
      .default({})
      .describe("What `slipway:restoreFrom` needs for a bucket of another stack."),
  })
  .describe("Values set with --secret, and nothing else.");
