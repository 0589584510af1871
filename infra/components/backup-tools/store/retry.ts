import type { StoreError } from "./store-error.ts";

/** Codes that a second try, with what the first one taught, can mend; a third can't. */
const mendedAtOnce = ["ExpiredToken", "RequestTimeTooSkewed", "BadDigest", "XAmzContentSHA256Mismatch"];
/** Codes that no later try changes, whatever their status. */
const final = ["TooLarge", "ERR_TLS_CERT_ALTNAME_INVALID", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "CERT_HAS_EXPIRED"];

/** Whether a request that failed may pass when it is tried again. */
export function mayPass({ code, status }: StoreError, attempt: number): boolean {
  if (final.includes(code)) return false;
  if (mendedAtOnce.includes(code)) return attempt === 1;
  if (status === undefined) return true;
  return status >= 500 || status === 429 || status === 408 || ["RequestTimeout", "SlowDown", "IncompleteBody"].includes(code);
}

const longestPause = 10_000;

/** Milliseconds before the next try: doubled each time, spread so that many clients don't come back together. */
export function pauseBefore(attempt: number): number {
  const pause = Math.min(longestPause, 100 * 2 ** (attempt - 1));
  return pause * (0.5 + Math.random() / 2);
}
