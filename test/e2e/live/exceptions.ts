import type { Exception } from "./quick.ts";

/** What differs from the pace and the numbers of all, by alert. It stands in the table of proofs. */
export const exceptions: Record<string, Exception> = {
  AppCpuThrottled: { pace: 12, reason: "the kubelet measures containers about every ten seconds" },
  AppRolloutPausedTooLong: { pace: 240, reason: "an hour of waiting" },
  CertificateExpiringSoon: { pace: 240, reason: "an hour of waiting" },
  AppQueueWaitTooLong: { lowered: { from: "> 300", to: "> 5", reason: "five minutes of waiting" } },
  AppWebSocketConnectionsAtLimit: { lowered: { from: "> 0.9", to: "> 0.05", reason: "a pod takes a thousand connections, a test opens sixty" } },
  PostgresXidAgeHigh: { lowered: { from: "> 500000000", to: "> 10", reason: "half a billion transactions take days" } },
  PostgresLongTransaction: { lowered: { from: "> 3600", to: "> 10", reason: "an hour of waiting" } },
  PostgresDiskFillingUp: { lowered: { from: "< 0.15", to: "< 1", reason: "the cluster enforces no size of volumes, so none fills up" } },
  BackupTooOld: { lowered: { from: " * 3600", to: "", reason: "a day of waiting" } },
  RestoreDrillTooOld: { lowered: { from: " * 3600", to: " * 0.05", reason: "a week of waiting" } },
  RestoreRtoAboveTarget: { lowered: { from: "> 3600", to: "> 0.1", reason: "an hour is not needed for so few rows" } },
  RestoreRpoAboveTarget: { lowered: { from: "> 93600", to: "> 0.1", reason: "a day of waiting" } },
};
