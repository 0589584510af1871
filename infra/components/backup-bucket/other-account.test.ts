import { expect, test } from "vitest";
import { type Policy, parsePolicy } from "../../policy-simulator/document.ts";
import { decide } from "../../policy-simulator/evaluate.ts";
import { replicaBucketPolicy } from "./bucket-policies.ts";
import { readerPolicy } from "./identity-policies.ts";
import { keyPolicy } from "./key-policy.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { replicationPolicy } from "./replication-policy.ts";

// A copy in another account: both accounts have to allow what passes between them. An offline plan has one account, so it stands here.

const home = "111111111111";
const away = "222222222222";
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const place = (account: string, region: string, bucket: string) => ({
  bucketArn: `arn:aws:s3:::${bucket}`,
  keyArn: `arn:aws:kms:${region}:${account}:key/k`,
  prefix: "backups",
  region,
});
const source = place(home, "eu-central-1", "b");
const replica = place(away, "eu-west-1", "b-copy");
const replicationRoleArn = role(home, "replication");

const read = (title: string, document: PolicyDocument): Policy => parsePolicy(title, JSON.stringify(document));
const bucket = replicaBucketPolicy({ bucketArn: replica.bucketArn, sourceAccountId: home, replicationRoleArn });
const key = keyPolicy({ keyArn: replica.keyArn, region: replica.region, protect: true, source: { accountId: home, replicationRoleArn } });
const identities: Record<string, Policy> = {
  [replicationRoleArn]: read("replication", replicationPolicy({ source, replica, otherAccount: true })),
  [role(home, "reader")]: read("reader", readerPolicy({ ...source, replica })),
  [role(home, "other")]: read("other", readerPolicy(source)),
  [role(away, "admin")]: parsePolicy("admin", '{"Version":"2012-10-17","Statement":[{"Sid":"All","Effect":"Allow","Action":"*","Resource":"*"}]}'),
};
const world = {
  identityPolicies: ({ name }: { name: string }) => [identities[name] ?? []].flat(),
  resourcePolicy: (arn: string) => ({ policy: arn.startsWith("arn:aws:kms") ? read("key", key) : read("bucket", bucket), account: away }),
};

const object = `${replica.bucketArn}/backups/links/data/1`;
const throughS3 = { "kms:ViaService": "s3.eu-west-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": replica.bucketArn };

test.each<[boolean, string, principal: string, action: string, resource: string]>([
  [true, "replication stores", replicationRoleArn, "s3:ReplicateObject", object],
  [true, "replication gives the copy to its new owner", replicationRoleArn, "s3:ObjectOwnerOverrideToBucketOwner", object],
  [true, "replication encrypts", replicationRoleArn, "kms:GenerateDataKey", replica.keyArn],
  [false, "replication reads", replicationRoleArn, "s3:GetObject", object],
  [false, "replication decrypts", replicationRoleArn, "kms:Decrypt", replica.keyArn],
  [true, "the reader reads", role(home, "reader"), "s3:GetObject", object],
  [true, "the reader decrypts", role(home, "reader"), "kms:Decrypt", replica.keyArn],
  [false, "an identity of the first account that was not given it reads", role(home, "other"), "s3:GetObject", object],
  [false, "the reader replicates", role(home, "reader"), "s3:ReplicateObject", object],
  [false, "the reader deletes", role(home, "reader"), "s3:DeleteObject", object],
  [true, "the second account's administrator reads", role(away, "admin"), "s3:GetObject", object],
  [false, "the second account's administrator deletes", role(away, "admin"), "s3:DeleteObjectVersion", object],
  [false, "the second account's administrator ends the key", role(away, "admin"), "kms:ScheduleKeyDeletion", replica.keyArn],
])("%s: %s", (expected, _, principal, action, resource) => {
  const tls = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3", "aws:PrincipalArn": principal };
  const context = resource === replica.keyArn ? { ...throughS3, "aws:PrincipalArn": principal } : { ...tls, "s3:prefix": "backups/" };
  expect(decide(world, { principal: { kind: "AWS", name: principal }, action, resource, context }).allowed).toBe(expected);
});
