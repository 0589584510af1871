import * as z from "zod";
import * as field from "./fields.ts";
import { backups } from "./sections/backups.ts";
import { image, images } from "./sections/image.ts";
import { ingress } from "./sections/ingress.ts";
import { alerts, dashboards, objectives } from "./sections/monitoring.ts";
import { platform } from "./sections/platform.ts";
import { redis } from "./sections/redis.ts";
import { restoreDrill } from "./sections/restore-drill.ts";
import { restoreFrom } from "./sections/restore-from.ts";
import { secrets } from "./sections/secrets.ts";
import { cluster, service } from "./sections/service.ts";
import { postgres } from "./sections/stores.ts";
import { tracing } from "./sections/tracing.ts";
import { web } from "./sections/web.ts";
import { worker } from "./sections/worker.ts";

/** Everything a stack may set, under the project's name. Strict all the way down: a key that nobody reads is a mistake, not a comment. */
export const stackSchema = z.strictObject({
  environment: field.oneOf(["dev", "prod"]).describe("What the stack is for. prod refuses what is fine in dev, such as a self-signed certificate."),
  namespace: field.namespace("links-prod").optional().describe("Namespace of the stack. Defaults to <service>-<stack>."),
  protectData: field.flag.optional().describe("Whether data is kept when the stack is destroyed. Defaults to true in prod, false in dev."),
  service,
  platform: platform.prefault({}),
  cluster,
  image,
  images: images.default({}),
  web: web.prefault({}),
  worker: worker.optional(),
  postgres: postgres.prefault({}),
  redis: redis.prefault({}),
  ingress,
  backups: backups.prefault({}),
  restoreDrill: restoreDrill.prefault({}),
  restoreFrom: restoreFrom.optional(),
  objectives: objectives.prefault({}),
  alerts: alerts.prefault({}),
  dashboards: dashboards.prefault({}),
  tracing: tracing.optional(),
  secrets: secrets.prefault({}),
});

/** As written in a stack file. */
export type StackInput = z.input<typeof stackSchema>;
/** As read, with every default filled in. */
export type StackValues = z.output<typeof stackSchema>;
