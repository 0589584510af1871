import { StoreAwayError } from "../recover/server.ts";
import { isMissing, StoreError } from "../store/store-error.ts";
import type { Findings } from "./checks.ts";

/** What one restore has shown, before it is evidence. */
export interface Outcome {
  backup: string;
  kind: string;
  findings: Findings;
  recoveryPointSeconds?: number;
  /** As Postgres numbers it. */
  serverVersion?: number;
  moment?: string;
  reachedAt?: string;
}

/** A restore that did not come to its checks. */
export const failed = (...problems: string[]): Findings => ({ checks: { restore: false }, problems, tables: [] });

/** Whether an error is the store's own, rather than what it has. */
export function storeIsAway(error: unknown): boolean {
  if (error instanceof StoreAwayError) return true;
  if (error instanceof StoreError) return !isMissing(error);
  return error instanceof Error && error.cause !== undefined && storeIsAway(error.cause);
}
