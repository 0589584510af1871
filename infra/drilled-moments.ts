import { longestGapHours } from "./components/index.ts";
import type { StackConfig } from "./config/load.ts";

/**
 * Of so many drills one goes back to a moment: of three, or of fewer where its evidence would be removed before the next one. Without
 * evidence nobody knows that the archive leads back.
 */
export function drillsPerMoment({ backups, restoreDrill }: Pick<StackConfig, "backups" | "restoreDrill">): number {
  const gapDays = longestGapHours(restoreDrill.schedule) / 24;
  return Math.max(1, Math.min(3, Math.ceil(backups.retentionDays / gapDays) - 1));
}
