import * as z from "zod";
import * as field from "./fields.ts";
import * as section from "./sections.ts";

/** Everything a stack may set, under the project's name. Strict all the way down: a key that nobody reads is a mistake, not a comment. */
export const stackSchema = z.strictObject({
  environment: field.oneOf(["dev", "prod"]).describe("What the stack is for. prod refuses what is fine in dev, such as a self-signed certificate."),
  namespace: field.dnsLabel("links-prod").optional().describe("Namespace of the stack. Defaults to <service>-<stack>."),
  protectData: field.flag.optional().describe("Whether data is kept when the stack is destroyed. Defaults to true in prod, false in dev."),
  service: section.service,
  cluster: section.cluster,
  image: section.image,
  images: section.images.default({}),
  web: section.web.prefault({}),
  postgres: section.postgres.prefault({}),
  redis: section.redis.prefault({}),
  ingress: section.ingress,
  backups: section.backups.prefault({}),
  objectives: section.objectives.prefault({}),
  alerts: section.alerts.prefault({}),
  dashboards: section.dashboards.prefault({}),
  secrets: section.secrets.prefault({}),
});

/** As written in a stack file. */
export type StackInput = z.input<typeof stackSchema>;
/** As read, with every default filled in. */
export type StackValues = z.output<typeof stackSchema>;
