import { describe, expect, test } from "vitest";
import { storeAccounts, storePolicy } from "../components/backup-bucket/store-policy.ts";
import { planStack } from "../plan/plan.ts";
import { parsePolicy } from "./document.ts";
import { decide } from "./evaluate.ts";
import { contextOf, type Place, read, request, store, user } from "./operations.ts";
import { type PlannedWorld, plannedAccount, plannedWorld } from "./planned-world.ts";

// The identities of stacks that are not prod's: with access keys, with tokens of service accounts, and in the cluster's own store.

const home: Place = { bucket: "example-links-prod-backups", region: "eu-central-1" };
const copy: Place = { bucket: "example-links-prod-backups-copy", region: "eu-west-1" };
const data = "backups/links/data/2026-11-21T03-17-00Z-x7k2p/data-000/00000";
const manifest = "backups/links/manifests/2026-11-21T03-17-00Z-x7k2p.json";
const evidence = "backups/links/drills/2026-11-21T05-00-00Z-a1b2c.json";

const aws = { store: "aws", bucket: home.bucket, region: home.region, retentionDays: 35, objectLock: "compliance", replica: { region: copy.region } };
const planned = async (backups: object) => plannedWorld((await planStack("prod", { config: { "slipway:backups": JSON.stringify(backups) } })).resources);

const able = (world: PlannedWorld, requests: Parameters<typeof decide>[1][]) => requests.every((one) => decide(world, one).allowed);

test("with access keys: each of the three users can do its own part alone", async () => {
  const world = await planned(aws);
  const can = (name: string) => {
    const who = user(world.principal(name));
    return {
      storeData: able(world, store(world, who, home, data)),
      storeManifest: able(world, store(world, who, home, manifest)),
      storeEvidence: able(world, store(world, who, home, evidence)),
      read: able(world, read(world, who, home, data)),
      readCopy: able(world, read(world, who, copy, data)),
      list: able(world, [request(who, "s3:ListBucket", home, undefined, { "s3:prefix": "backups/" })]),
      listEverything: able(world, [request(who, "s3:ListBucket", home, undefined)]),
      remove: able(world, [request(who, "s3:DeleteObject", home, data)]),
    };
  };
  const none = { storeData: false, storeManifest: false, storeEvidence: false, read: false, readCopy: false, list: true, listEverything: false, remove: false };
  expect(can("backups-writer")).toEqual({ ...none, storeData: true, storeManifest: true, storeEvidence: true });
  expect(can("backups-reader")).toEqual({ ...none, read: true, readCopy: true, listEverything: true });
  expect(can("backups-drill")).toEqual({ ...none, read: true, readCopy: true, listEverything: true, storeEvidence: true });
});

test("with tokens of service accounts: only the named accounts get the role, and only by tokens meant for AWS", async () => {
  const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/ABCD";
  const provider = `arn:aws:iam::${plannedAccount}:oidc-provider/${issuer}`;
  const world = await planned({ ...aws, oidcProvider: provider });
  const own = { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: "system:serviceaccount:links-prod:postgres-backup" };
  const gets = (change: object, from = provider) => {
    const principal = { kind: "Federated", name: from } as const;
    const resource = `arn:aws:iam::${plannedAccount}:role/backups-writer-role`;
    return decide(world, { principal, action: "sts:AssumeRoleWithWebIdentity", resource, context: contextOf(principal, { ...own, ...change }) }).allowed;
  };
  expect(gets({})).toBe(true);
  expect(gets({ [`${issuer}:sub`]: "system:serviceaccount:links-prod:links" })).toBe(false);
  expect(gets({ [`${issuer}:sub`]: "system:serviceaccount:other:postgres-backup" })).toBe(false);
  expect(gets({ [`${issuer}:aud`]: "kubernetes" })).toBe(false);
  expect(gets({}, provider.replace("ABCD", "EF01"))).toBe(false);
  expect(able(world, store(world, user(world.principal("backups-writer-role")), home, data))).toBe(true);
});

describe("in the cluster's own store", () => {
  // It names logins where AWS has ARNs, knows no accounts and no conditions.
  const policy = parsePolicy("store", JSON.stringify(storePolicy("links-backups", "backups")));
  const world = { identityPolicies: () => [], resourcePolicy: () => ({ policy, account: "" }) };
  const place = { bucket: "links-backups", region: "" };
  const yes = true;
  const no = false;
  test.each<[writer: boolean, reader: boolean, drill: boolean, action: string, key: string | undefined]>([
    [yes, yes, yes, "s3:ListBucket", undefined],
    [yes, no, no, "s3:PutObject", data],
    [yes, no, no, "s3:PutObject", manifest],
    [yes, no, yes, "s3:PutObject", evidence],
    [no, no, no, "s3:PutObject", "other/1"],
    [no, yes, yes, "s3:GetObject", data],
    [yes, no, no, "s3:DeleteObject", data],
    [no, no, no, "s3:DeleteObject", "other/1"],
    [no, no, no, "s3:PutBucketPolicy", undefined],
    [no, no, no, "s3:DeleteBucket", undefined],
  ])("writer %s, reader %s, drill %s: %s %s", (writer, reader, drill, action, key) => {
    const can = (account: string) => decide(world, request(user(account), action, place, key)).allowed;
    expect([can(storeAccounts.writer), can(storeAccounts.reader), can(storeAccounts.drill)]).toEqual([writer, reader, drill]);
  });
});
