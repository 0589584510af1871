import type { BackupBucketSpec } from "./spec.ts";

/** Days after which a broken-off upload is thrown away. No upload takes a week. */
const abandonedUploadDays = 7;

/** Least days that a deleted or overwritten backup stays, so that a mistake can be undone in the week in which it is found. */
const secondThoughtDays = 7;

/**
 * Rules of the bucket, for all keys.
 *
 * A backup expires at `retentionDays`: it is then an old version behind a delete marker, and goes for good when its lock has
 * ended. Cheaper classes bill a least time (30 days infrequent access, 90 days Glacier), so a backup moves only if it stays that long.
 */
export function lifecycleRules({ retentionDays, aws }: BackupBucketSpec) {
  const lockDays = aws?.objectLock?.days ?? 0;
  const transitions = [
    { days: 30, storageClass: "STANDARD_IA", least: 30 },
    { days: 90, storageClass: "GLACIER_IR", least: 90 },
  ].filter(({ days, least }) => retentionDays >= days + least);
  return [
    {
      id: "expire-backups",
      status: "Enabled",
      filter: { prefix: "" },
      transitions: transitions.map(({ days, storageClass }) => ({ days, storageClass })),
      expiration: { days: retentionDays },
      noncurrentVersionExpiration: { noncurrentDays: Math.max(secondThoughtDays, lockDays - retentionDays + 1) },
      abortIncompleteMultipartUpload: { daysAfterInitiation: abandonedUploadDays },
    },
    // A delete marker with nothing behind it slows every listing; S3 takes this and `days` only in separate rules.
    { id: "remove-markers", status: "Enabled", filter: { prefix: "" }, expiration: { expiredObjectDeleteMarker: true } },
  ];
}

/** Access logs are of use while somebody may still ask who read a backup: a year. */
export const logLifecycleRules = [
  {
    id: "expire-logs",
    status: "Enabled",
    filter: { prefix: "" },
    expiration: { days: 365 },
    noncurrentVersionExpiration: { noncurrentDays: secondThoughtDays },
    abortIncompleteMultipartUpload: { daysAfterInitiation: abandonedUploadDays },
  },
];
