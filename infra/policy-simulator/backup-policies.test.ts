import { beforeAll, describe, expect, test } from "vitest";
import { planStack } from "../plan/plan.ts";
import type { Policy, Statement } from "./document.ts";
import { decide } from "./evaluate.ts";
import { contextOf, keyRequest, type Place, read, request, service, store, user } from "./operations.ts";
import { type PlannedWorld, plannedAccount, plannedWorld } from "./planned-world.ts";
import type { Principal, Request } from "./statement.ts";

// The policies are those of the plan of prod, as AWS would get them. Each row is a request, or the requests of one operation.

const home: Place = { bucket: "example-links-prod-backups", region: "eu-central-1" };
const copy: Place = { bucket: "example-links-prod-backups-copy", region: "eu-west-1" };
const logs: Place = { bucket: "example-links-prod-backups-logs", region: "eu-central-1" };
const copyLogs: Place = { bucket: "example-links-prod-backups-copy-logs", region: "eu-west-1" };
const data = "backups/links/data/2026-11-21T03-17-00Z-x7k2p/data-000/00000";
const manifest = "backups/links/manifests/2026-11-21T03-17-00Z-x7k2p.json";
const evidence = "backups/links/drills/2026-11-21T05-00-00Z-a1b2c.json";
const segment = "backups/links/wal/7461234567890123456/000000010000000000000042";
const plainHttp = { "aws:SecureTransport": "false" };
const oldTls = { "s3:TlsVersion": "1.1" };
const algorithm = "s3:x-amz-server-side-encryption";
const keyId = "s3:x-amz-server-side-encryption-aws-kms-key-id";

let world: PlannedWorld;
beforeAll(async () => {
  world = plannedWorld((await planStack("prod")).resources);
});

/** Who may do everything that policies of identities can give, so that only what the bucket and the key deny is left. */
const admin = user(`arn:aws:iam::${plannedAccount}:role/admin`);
const breakGlass = user(`arn:aws:iam::${plannedAccount}:role/break-glass`);
const all = { title: "AdministratorAccess", statements: [{ Sid: "Everything", Effect: "Allow" as const, Action: "*", Resource: "*" }] };
const administrators: Principal[] = [admin, breakGlass];
const logDelivery = service("logging.s3.amazonaws.com");

type Row = [expected: "yes" | RegExp, what: string, requests: (who: Principal) => Request | Request[]];

function judged(requests: Request | Request[]) {
  const withAdmin = { ...world, identityPolicies: (who: Principal) => (administrators.includes(who) ? [all] : world.identityPolicies(who)) };
  return [requests].flat().map((one) => decide(withAdmin, one));
}

const asked: { who: () => Principal; rows: Row[] }[] = [];

/** Whether a row comes out as it says, by the policies as they are at the moment. */
function holds(who: Principal, [expected, , requests]: Row): boolean {
  const refused = judged(requests(who)).find(({ allowed }) => !allowed);
  return expected === "yes" ? refused === undefined : expected.test(refused?.because ?? "");
}

function check(who: () => Principal, rows: Row[]) {
  asked.push({ who, rows });
  test.each(rows)("%s: %s", (expected, _, requests) => {
    const decisions = judged(requests(who()));
    const refused = decisions.find(({ allowed }) => !allowed);
    if (expected === "yes") expect(refused?.because).toBeUndefined();
    else expect(refused?.because).toMatch(expected);
  });
}

const nothing = /no policy|doesn't let it/;

describe("the role that stores", () => {
  check(
    () => user(world.principal("backups-postgres-backup-role")),
    [
      ["yes", "stores a chunk", (who) => store(world, who, home, data)],
      ["yes", "stores a manifest", (who) => store(world, who, home, manifest)],
      ["yes", "stores a segment of WAL", (who) => store(world, who, home, segment)],
      ["yes", "lists its prefix", (who) => request(who, "s3:ListBucket", home, undefined, { "s3:prefix": "backups/links/manifests/" })],
      ["yes", "reads back what it stored", (who) => read(world, who, home, data)],
      ["yes", "reads the copy in the other region", (who) => read(world, who, copy, data)],
      ["yes", "lists the copy", (who) => request(who, "s3:ListBucket", copy, undefined, { "s3:prefix": "backups/" })],
      [/DenyOtherReplication of bucket/, "stores in the copy itself", (who) => request(who, "s3:ReplicateObject", copy, data)],
      [/DenyStoring of bucket/, "puts into the copy", (who) => store(world, who, copy, data)],
      ["yes", "stores evidence of a drill", (who) => store(world, who, home, evidence)],
      [/DenyOverwriting of bucket/, "replaces evidence", (who) => store(world, who, home, evidence, { "s3:if-none-match": undefined })],
      [/DenyOverwriting of bucket/, "replaces a manifest", (who) => store(world, who, home, manifest, { "s3:if-none-match": undefined })],
      [/DenyOtherKey of bucket/, "stores with another key", (who) => store(world, who, home, data, { [keyId]: "arn:aws:kms:eu-central-1:1:key/other" })],
      [/DenyOtherKey of bucket/, "stores with the account's default key", (who) => store(world, who, home, data, { [keyId]: undefined })],
      [/DenyOtherEncryption of bucket/, "stores without a word on encryption", (who) => store(world, who, home, data, { [algorithm]: undefined })],
      [/DenyOtherEncryption of bucket/, "stores with S3's key", (who) => store(world, who, home, data, { [algorithm]: "AES256" })],
      [
        /DenyCustomerKey of bucket/,
        "stores with a key that only it has",
        (who) => store(world, who, home, data, { "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" }),
      ],
      [/DenyPlainHttp of bucket/, "stores by plain HTTP", (who) => store(world, who, home, data, plainHttp)],
      [/DenyOldTls of bucket/, "stores by TLS 1.1", (who) => store(world, who, home, data, oldTls)],
      [nothing, "stores beside its prefix", (who) => store(world, who, home, "other/1")],
      [nothing, "stores under a prefix that only begins like its own", (who) => store(world, who, home, "backups-old/1")],
      [nothing, "stores into the logs", (who) => request(who, "s3:PutObject", logs, "x")],
      [nothing, "lists beside its prefix", (who) => request(who, "s3:ListBucket", home, undefined, { "s3:prefix": "other/" })],
      [/DenyDeletion of bucket/, "deletes", (who) => request(who, "s3:DeleteObject", home, data)],
      [/DenyDeletion of bucket/, "deletes a version", (who) => request(who, "s3:DeleteObjectVersion", home, data)],
      [/DenyDeletion of bucket/, "prolongs a lock for a century", (who) => request(who, "s3:PutObjectRetention", home, data)],
      [nothing, "changes the bucket's policy", (who) => request(who, "s3:PutBucketPolicy", home, undefined)],
      [nothing, "changes the bucket's lifecycle", (who) => request(who, "s3:PutLifecycleConfiguration", home, undefined)],
      [nothing, "ends the versions", (who) => request(who, "s3:PutBucketVersioning", home, undefined)],
      [/DenyUseElsewhere of key/, "decrypts by itself", (who) => keyRequest(world, who, "kms:Decrypt", home, { "kms:ViaService": undefined })],
      [
        nothing,
        "decrypts what another bucket has under this key",
        (who) => keyRequest(world, who, "kms:Decrypt", home, { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::other" }),
      ],
      [/DenyEnding of key/, "ends the key", (who) => keyRequest(world, who, "kms:ScheduleKeyDeletion", home)],
    ],
  );
});

describe("the role of a restore drill", () => {
  check(
    () => user(world.principal("backups-links-prod-drill-restore-drill-role")),
    [
      ["yes", "reads a backup", (who) => read(world, who, home, data)],
      ["yes", "stores its evidence", (who) => store(world, who, home, evidence)],
      [nothing, "stores what could pass for a backup", (who) => store(world, who, home, manifest)],
      [nothing, "stores a chunk", (who) => store(world, who, home, data)],
      [/DenyOverwriting of bucket/, "replaces evidence", (who) => store(world, who, home, evidence, { "s3:if-none-match": undefined })],
      [/DenyDeletion of bucket/, "deletes evidence", (who) => request(who, "s3:DeleteObject", home, evidence)],
    ],
  );
});

describe("the role that reads", () => {
  check(
    () => user(world.principal("backups-backup-exporter-role")),
    [
      ["yes", "reads", (who) => read(world, who, home, data)],
      ["yes", "is told that a key is missing", (who) => request(who, "s3:ListBucket", home, undefined)],
      [nothing, "lists beside its prefix", (who) => request(who, "s3:ListBucket", home, undefined, { "s3:prefix": "other/" })],
      ["yes", "reads an older version", (who) => request(who, "s3:GetObjectVersion", home, data)],
      ["yes", "reads the copy", (who) => read(world, who, copy, manifest)],
      [nothing, "stores", (who) => store(world, who, home, data)],
      [nothing, "stores evidence", (who) => store(world, who, home, evidence)],
      [nothing, "reads beside its prefix", (who) => read(world, who, home, "other/1")],
    ],
  );
});

describe("an administrator", () => {
  check(
    () => admin,
    [
      ["yes", "reads", (who) => read(world, who, home, data)],
      ["yes", "changes the bucket's policy, which is how a stack is changed", (who) => request(who, "s3:PutBucketPolicy", home, undefined)],
      ["yes", "changes the key's policy", (who) => keyRequest(world, who, "kms:PutKeyPolicy", home, { "kms:ViaService": undefined })],
      [/DenyPlainHttp of bucket/, "reads by plain HTTP", (who) => read(world, who, home, data, plainHttp)],
      [/DenyOldTls of bucket/, "lists by TLS 1.0", (who) => request(who, "s3:ListBucket", home, undefined, { "s3:TlsVersion": "1.0" })],
      ["yes", "reads by TLS 1.2", (who) => read(world, who, home, data, { "s3:TlsVersion": "1.2" })],
      [/DenyPlainHttp of bucket/, "reads the copy by plain HTTP", (who) => read(world, who, copy, data, plainHttp)],
      [/DenyOldTls of bucket/, "reads the copy by TLS 1.1", (who) => read(world, who, copy, data, oldTls)],
      [/DenyPlainHttp of bucket/, "reads logs by plain HTTP", (who) => request(who, "s3:GetObject", logs, "x", plainHttp)],
      [/DenyOldTls of bucket/, "reads logs by TLS 1.1", (who) => request(who, "s3:GetObject", logs, "x", oldTls)],
      [/DenyPlainHttp of bucket/, "reads the copy's logs by plain HTTP", (who) => request(who, "s3:GetObject", copyLogs, "x", plainHttp)],
      [/DenyOldTls of bucket/, "reads the copy's logs by TLS 1.1", (who) => request(who, "s3:GetObject", copyLogs, "x", oldTls)],
      [/DenyDeletion of bucket/, "hides a backup", (who) => request(who, "s3:DeleteObject", home, data)],
      [/DenyDeletion of bucket/, "deletes a version", (who) => request(who, "s3:DeleteObjectVersion", home, data)],
      [/DenyDeletion of bucket/, "gets around the lock", (who) => request(who, "s3:BypassGovernanceRetention", home, data)],
      [/DenyDeletion of bucket/, "puts a legal hold", (who) => request(who, "s3:PutObjectLegalHold", home, data)],
      [/DenyDeletion of bucket/, "deletes the copy", (who) => request(who, "s3:DeleteObjectVersion", copy, data)],
      [/DenyStoring of bucket/, "forges a copy", (who) => store(world, who, copy, manifest)],
      [/DenyOtherReplication of bucket/, "replicates from elsewhere", (who) => request(who, "s3:ReplicateObject", copy, manifest)],
      [/DenyReplicatedDeletion of bucket/, "has a deletion replicated", (who) => request(who, "s3:ReplicateDelete", copy, data)],
      [/DenyUseElsewhere of key/, "decrypts what was carried off", (who) => keyRequest(world, who, "kms:Decrypt", home, { "kms:ViaService": undefined })],
      [/DenyUseElsewhere of key/, "decrypts a carried-off copy", (who) => keyRequest(world, who, "kms:Decrypt", copy, { "kms:ViaService": undefined })],
      [/DenyEnding of key/, "ends the key", (who) => keyRequest(world, who, "kms:ScheduleKeyDeletion", home, { "kms:ViaService": undefined })],
      [/DenyEnding of key/, "disables the copy's key", (who) => keyRequest(world, who, "kms:DisableKey", copy, { "kms:ViaService": undefined })],
    ],
  );
});

describe("the break-glass role", () => {
  check(
    () => breakGlass,
    [
      ["yes", "deletes a version", (who) => request(who, "s3:DeleteObjectVersion", home, data)],
      ["yes", "gets around the lock of governance", (who) => request(who, "s3:BypassGovernanceRetention", home, data)],
      ["yes", "deletes a copy", (who) => request(who, "s3:DeleteObjectVersion", copy, data)],
      ["yes", "ends the key", (who) => keyRequest(world, who, "kms:ScheduleKeyDeletion", home, { "kms:ViaService": undefined })],
      [/DenyPlainHttp of bucket/, "deletes by plain HTTP", (who) => request(who, "s3:DeleteObjectVersion", home, data, plainHttp)],
      [/DenyStoring of bucket/, "forges a copy", (who) => store(world, who, copy, manifest)],
    ],
  );
});

describe("replication", () => {
  check(
    () => user(world.principal("backups-copy-role")),
    [
      ["yes", "reads its setup", (who) => [request(who, "s3:GetReplicationConfiguration", home, undefined), request(who, "s3:ListBucket", home, undefined)]],
      [
        "yes",
        "reads a backup with its lock",
        (who) => [
          ...[
            "s3:GetObjectVersionForReplication",
            "s3:GetObjectVersionAcl",
            "s3:GetObjectVersionTagging",
            "s3:GetObjectRetention",
            "s3:GetObjectLegalHold",
          ].map((action) => request(who, action, home, data)),
          keyRequest(world, who, "kms:Decrypt", home),
        ],
      ],
      [
        "yes",
        "stores the copy",
        (who) => [
          request(who, "s3:ReplicateObject", copy, data),
          request(who, "s3:ReplicateTags", copy, data),
          keyRequest(world, who, "kms:Encrypt", copy),
          keyRequest(world, who, "kms:GenerateDataKey", copy),
        ],
      ],
      [nothing, "copies what is no backup", (who) => request(who, "s3:GetObjectVersionForReplication", home, "other/1")],
      [nothing, "stores beside the prefix", (who) => request(who, "s3:ReplicateObject", copy, "other/1")],
      [/DenyReplicatedDeletion of bucket/, "copies a deletion", (who) => request(who, "s3:ReplicateDelete", copy, data)],
      [nothing, "writes back", (who) => request(who, "s3:ReplicateObject", home, data)],
      [nothing, "decrypts the copy", (who) => keyRequest(world, who, "kms:Decrypt", copy)],
      [/DenyUseElsewhere of key/, "decrypts outside S3", (who) => keyRequest(world, who, "kms:Decrypt", home, { "kms:ViaService": undefined })],
    ],
  );
});

describe("delivery of logs", () => {
  const from = { "aws:SourceArn": `arn:aws:s3:::${home.bucket}`, "aws:SourceAccount": plannedAccount };
  check(
    () => logDelivery,
    [
      ["yes", "stores the log of this bucket", (who) => request(who, "s3:PutObject", logs, "x", from)],
      ["yes", "stores the log of the copy", (who) => request(who, "s3:PutObject", copyLogs, "x", { ...from, "aws:SourceArn": `arn:aws:s3:::${copy.bucket}` })],
      [nothing, "stores the log of another bucket", (who) => request(who, "s3:PutObject", logs, "x", { ...from, "aws:SourceArn": "arn:aws:s3:::other" })],
      [nothing, "stores for another account", (who) => request(who, "s3:PutObject", logs, "x", { ...from, "aws:SourceAccount": "210987654321" })],
      [nothing, "reads", (who) => request(who, "s3:GetObject", logs, "x", from)],
      [
        nothing,
        "stores among the backups",
        (who) => request(who, "s3:PutObject", home, data, { ...from, [algorithm]: "aws:kms", [keyId]: world.keyOf(home.bucket) }),
      ],
    ],
  );
});

describe("who gets the role that stores", () => {
  const role = `arn:aws:iam::${plannedAccount}:role/backups-postgres-backup-role`;
  const tags = {
    "aws:RequestTag/eks-cluster-name": "prod",
    "aws:RequestTag/kubernetes-namespace": "links-prod",
    "aws:RequestTag/kubernetes-service-account": "postgres-backup",
  };
  const assume = (who: Principal, change = {}, action = "sts:AssumeRole"): Request => ({
    principal: who,
    action,
    resource: role,
    context: contextOf(who, { ...tags, ...change }),
  });
  check(
    () => service("pods.eks.amazonaws.com"),
    [
      ["yes", "its own pod", (who) => [assume(who), assume(who, {}, "sts:TagSession")]],
      [nothing, "a pod of another namespace", (who) => assume(who, { "aws:RequestTag/kubernetes-namespace": "other" })],
      [nothing, "another service account", (who) => assume(who, { "aws:RequestTag/kubernetes-service-account": "links" })],
      [nothing, "a pod of another cluster", (who) => assume(who, { "aws:RequestTag/eks-cluster-name": "dev" })],
      [nothing, "a pod without tags", (who) => ({ ...assume(who), context: {} })],
      [nothing, "a node", () => assume(service("ec2.amazonaws.com"))],
      ["yes", "S3, for the role that replicates", () => ({ ...assume(service("s3.amazonaws.com")), resource: role.replace("postgres-backup", "copy") })],
    ],
  );
});

/** Statements that mean the same to different identities are one: each of their roles has its own copy. */
const sameMeaning = (policy: Policy, { Sid }: Statement) => (/^(bucket|key) /.test(policy.title) ? `${Sid} of ${policy.title}` : `${Sid}`);

test("no statement could be left out: without it, some row above comes out otherwise", () => {
  const whole = new Map(world.policies.map((policy) => [policy, policy.statements]));
  const meanings = new Set([...whole].flatMap(([policy, statements]) => statements.map((statement) => sameMeaning(policy, statement))));
  const rows = asked.flatMap(({ who, rows }) => rows.map((row) => ({ who: who(), row })));
  expect(rows.length).toBeGreaterThan(40);
  const idle = [...meanings].filter((meaning) => {
    for (const [policy, statements] of whole) policy.statements = statements.filter((statement) => sameMeaning(policy, statement) !== meaning);
    return rows.every(({ who, row }) => holds(who, row));
  });
  for (const [policy, statements] of whole) policy.statements = statements;
  expect(idle).toEqual([]);
  expect(meanings.size).toBeGreaterThan(20);
});
