import { alerts } from "./alerts/alerts.ts";
import { backups } from "./backups/backups.ts";
import { drills } from "./backups/drills.ts";
import { capacity } from "./capacity/capacity.ts";
import { certificates } from "./certificates.ts";
import { credentials } from "./credentials/credentials.ts";
import { drift } from "./drift/drift.ts";
import type { Check } from "./finding.ts";
import { images } from "./images/images.ts";
import { migrations } from "./migrations/migrations.ts";
import { operators } from "./operators.ts";
import { secrets } from "./secrets.ts";
import { workloads } from "./workloads.ts";

/** In the order in which one thing needs the other. */
export const checks: readonly Check[] = [
  credentials,
  secrets,
  operators,
  capacity,
  images,
  certificates,
  workloads,
  migrations,
  backups,
  drills,
  alerts,
  drift,
];
