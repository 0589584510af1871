import { describe, expect, test } from "vitest";
import { BackupBucket, type BackupBucketArgs } from "./backup-bucket.ts";
import { accountsFile } from "./in-cluster-store.ts";
import { lifecycleRules } from "./lifecycle.ts";
import { accountReference, resolved } from "./service-accounts.ts";
import { backupBucketSpec } from "./spec.ts";

const inCluster: BackupBucketArgs = { namespace: "links", store: "inCluster", bucket: "links-backups", retentionDays: 7, inCluster: { storage: "2Gi" } };
const aws: BackupBucketArgs = { namespace: "links", store: "aws", bucket: "links-backups", retentionDays: 35, aws: { region: "eu-central-1" } };
const withAws = (change: Partial<BackupBucketArgs["aws"]>): BackupBucketArgs => ({ ...aws, aws: { region: "eu-central-1", ...change } });

const oidcProvider = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABCD";

test.each<[string, BackupBucketArgs, RegExp]>([
  ["a bucket name in capitals", { ...aws, bucket: "Links" }, /bucket "Links" is no bucket name; use 3 to 57 lower-case/],
  ["a bucket name that leaves no room for the one of the logs", { ...aws, bucket: "b".repeat(58) }, /is no bucket name/],
  ["a prefix with a slash at its end", { ...aws, prefix: "backups/" }, /prefix "backups\/" is no key prefix/],
  ["no days at all", { ...aws, retentionDays: 0 }, /retentionDays 0 is out of bounds; .* from 1/],
  ["half a day", { ...inCluster, retentionDays: 0.5 }, /retentionDays 0\.5 is out of bounds/],
  ["an unknown store", { ...inCluster, store: "gcs" as "aws" }, /store "gcs" is unknown; write aws or inCluster/],
  ["AWS without its part", { ...aws, aws: undefined }, /store is aws but aws is missing/],
  ["the store in the cluster without its part", { ...inCluster, inCluster: undefined }, /inCluster is missing; give inCluster\.storage/],
  ["a part that has no effect", { ...aws, inCluster: { storage: "2Gi" } }, /inCluster is given but store is aws; remove inCluster/],
  ["a region that is none", withAws({ region: "Frankfurt" }), /aws\.region "Frankfurt" is no region; write it as eu-central-1/],
  [
    "a lock shorter than the retention",
    withAws({ objectLock: "compliance", objectLockDays: 30 }),
    /objectLockDays 30 is shorter than retentionDays 35.* raise it to at least 35/,
  ],
  ["days of a lock that is off", withAws({ objectLockDays: 40 }), /objectLockDays 40 has no effect without aws\.objectLock/],
  ["an unknown lock", withAws({ objectLock: "strict" as "governance" }), /objectLock "strict" is unknown; write governance or compliance/],
  ["a break-glass principal that is no ARN", withAws({ breakGlassPrincipal: "admin" }), /breakGlassPrincipal "admin" is no role or user/],
  ["Pod Identity for nobody", withAws({ podIdentityCluster: "prod" }), /podIdentityCluster "prod" needs aws\.writerServiceAccounts/],
  ["accounts without a way to a role", withAws({ writerServiceAccounts: ["x"] }), /need aws\.podIdentityCluster or aws\.oidcProvider/],
  ["IRSA for nobody", withAws({ oidcProvider }), /oidcProvider ".*" needs aws\.writerServiceAccounts/],
  ["two ways to a role", withAws({ podIdentityCluster: "prod", oidcProvider, writerServiceAccounts: ["x"] }), /both give pods a role; keep Pod Identity/],
  [
    "a provider that is no ARN",
    withAws({ oidcProvider: "oidc.example.org", writerServiceAccounts: ["x"] }),
    /is no identity provider; write it as arn:aws:iam/,
  ],
  ["an account that is no name", withAws({ podIdentityCluster: "prod", writerServiceAccounts: ["a/b/c"] }), /service account "a\/b\/c" is no name/],
  ["a copy in the same region", withAws({ replica: { region: "eu-central-1" } }), /replica\.region "eu-central-1" is the region of the bucket itself/],
  ["a copy in no region", withAws({ replica: { region: "Ireland" } }), /replica\.region "Ireland" is no region/],
  ["a copy onto itself", withAws({ replica: { region: "eu-west-1", bucket: "links-backups" } }), /replica\.bucket "links-backups" is the bucket itself/],
  [
    "a copy whose name gets too long",
    { ...withAws({ replica: { region: "eu-west-1" } }), bucket: "b".repeat(57) },
    /replica\.bucket "b{57}-copy" is no bucket name; use 3 to 57/,
  ],
  ["a copy by nobody", withAws({ replica: { region: "eu-west-1", assumeRole: "admin" } }), /assumeRole "admin" is no role; write it as arn:aws:iam::2/],
  [
    "one account in two roles",
    withAws({ podIdentityCluster: "prod", writerServiceAccounts: ["x"], readerServiceAccounts: ["x"] }),
    /service account "x" is named twice/,
  ],
  ["a volume that holds nothing", { ...inCluster, inCluster: { storage: "10Mi" } }, /inCluster\.storage "10Mi" holds no backups; write it as 2Gi/],
])("refuses %s", (_, args, message) => expect(() => new BackupBucket("backups", args)).toThrow(message));

describe("a backup stays as long as it is promised, and no longer than it must", () => {
  const rules = (retentionDays: number, lock?: number) =>
    lifecycleRules(
      backupBucketSpec("backups", { ...withAws(lock === undefined ? {} : { objectLock: "governance", objectLockDays: lock }), retentionDays }),
    )[0]!;

  test.each([
    [7, undefined],
    [35, 35],
    [35, 90],
    [400, 400],
  ])("%s days, lock %s", (retentionDays, lock) => {
    const rule = rules(retentionDays, lock);
    expect(rule.expiration).toEqual({ days: retentionDays });
    const goneAfter = retentionDays + rule.noncurrentVersionExpiration!.noncurrentDays;
    expect(goneAfter).toBeGreaterThan(lock ?? 0);
    expect(goneAfter).toBeLessThanOrEqual(Math.max(retentionDays + 7, (lock ?? 0) + 1));
  });

  test.each([
    [35, []],
    [59, []],
    [60, [30]],
    [179, [30]],
    [180, [30, 90]],
  ])("%s days: moves to a cheaper class after %j, never to be billed for longer than it stays", (retentionDays, days) => {
    expect(rules(retentionDays).transitions!.map((transition) => transition.days)).toEqual(days);
  });

  test("what broke off is thrown away", () => expect(rules(7).abortIncompleteMultipartUpload).toEqual({ daysAfterInitiation: 7 }));
});

test("the lock is a day longer than the retention without being told", () => {
  expect(backupBucketSpec("backups", withAws({ objectLock: "compliance" })).aws?.objectLock).toEqual({ mode: "compliance", days: 36 });
});

test("no login of the store in the cluster may manage it", () => {
  const accounts = Object.values(JSON.parse(accountsFile({ writer: "w", reader: "r", drill: "d" })).accessAccounts) as { role: string }[];
  expect(accounts.map(({ role }) => role)).toEqual(["user", "user", "user"]);
});

test("a service account is named within the namespace, or with one", () => {
  expect(resolved(accountReference("postgres-backup"), "links")).toEqual({ namespace: "links", name: "postgres-backup" });
  expect(resolved(accountReference("links-drill/restore-drill"), "links")).toEqual({ namespace: "links-drill", name: "restore-drill" });
});
