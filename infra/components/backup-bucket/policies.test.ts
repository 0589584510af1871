import { describe, expect, test } from "vitest";
import { bucketPolicy, logBucketPolicy, type PolicyDocument, type Statement } from "./bucket-policies.ts";
import { podIdentityTrust, readerPolicy, writerPolicy } from "./identity-policies.ts";

interface Request {
  action: string;
  resource: string;
  principal?: Record<string, string>;
  /** What AWS knows of the request. A key that is left out is absent, as a header that wasn't sent. */
  context?: Record<string, string>;
}

/**
 * What AWS decides, for the operators that these policies use: an explicit deny, else an explicit allow, else nothing.
 * Negated operators are true when the key is absent, all others false (IAM user guide, "Condition operators").
 */
function decide(document: PolicyDocument, request: Request): "Allow" | "Deny" | "Nothing" {
  const matching = document.Statement.filter((statement) => applies(statement, request));
  return matching.some(({ Effect }) => Effect === "Deny") ? "Deny" : matching.length > 0 ? "Allow" : "Nothing";
}

function applies(statement: Statement, request: Request): boolean {
  const who = statement.Principal;
  return (
    list(statement.Action).some((pattern) => like(pattern, request.action)) &&
    (statement.Resource === undefined || list(statement.Resource).some((pattern) => like(pattern, request.resource))) &&
    (who === undefined || who === "*" || Object.entries(who).every(([kind, name]) => request.principal?.[kind] === name)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, expected]) => holds(operator, request.context?.[key], list(expected))),
    )
  );
}

function holds(operator: string, actual: string | undefined, expected: string[]): boolean {
  if (operator === "Null") return expected.includes(actual === undefined ? "true" : "false");
  if (operator === "StringNotEquals" || operator === "ArnNotEquals") return actual === undefined || !expected.includes(actual);
  if (actual === undefined) return false;
  if (operator === "Bool" || operator === "StringEquals" || operator === "ArnEquals") return expected.includes(actual);
  if (operator === "StringLike") return expected.some((pattern) => like(pattern, actual));
  if (operator === "NumericLessThan") return expected.some((bound) => Number(actual) < Number(bound));
  throw new Error(`operator ${operator} is unknown here`);
}

const list = (value: string | string[]) => (typeof value === "string" ? [value] : value);
const like = (pattern: string, text: string) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(text);

const bucketArn = "arn:aws:s3:::example-backups";
const keyArn = "arn:aws:kms:eu-central-1:123456789012:key/own";
const object = `${bucketArn}/backups/links/2026.dump`;
const breakGlassPrincipal = "arn:aws:iam::123456789012:role/break-glass";
const anybody = "arn:aws:iam::123456789012:role/admin";
const tls = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3", "aws:PrincipalArn": anybody };
const algorithm = "s3:x-amz-server-side-encryption";
const key = "s3:x-amz-server-side-encryption-aws-kms-key-id";
const customer = "s3:x-amz-server-side-encryption-customer-algorithm";

// What the bucket's policy doesn't deny is left to the identity's own.
describe("the bucket's policy", () => {
  const put = (context: Record<string, string>) => ({ action: "s3:PutObject", resource: object, context: { ...tls, ...context } });
  test.each<["Deny" | "Nothing", string, Request]>([
    ["Nothing", "storing with the bucket's key", put({ [algorithm]: "aws:kms", [key]: keyArn })],
    ["Nothing", "a part of an upload, which names no key", put({})],
    ["Deny", "storing with S3's key", put({ [algorithm]: "AES256" })],
    ["Deny", "storing with two layers of another kind", put({ [algorithm]: "aws:kms:dsse", [key]: keyArn })],
    ["Deny", "storing with another key", put({ [algorithm]: "aws:kms", [key]: `${keyArn}2` })],
    ["Deny", "storing with the account's default key", put({ [algorithm]: "aws:kms" })],
    ["Deny", "storing with a key that only the sender has", put({ [customer]: "AES256" })],
    ["Deny", "storing by plain HTTP", { ...put({ "aws:SecureTransport": "false" }) }],
    ["Deny", "reading by plain HTTP", { action: "s3:GetObject", resource: object, context: { ...tls, "aws:SecureTransport": "false" } }],
    ["Deny", "listing by plain HTTP", { action: "s3:ListBucket", resource: bucketArn, context: { ...tls, "aws:SecureTransport": "false" } }],
    ["Deny", "reading by TLS 1.1", { action: "s3:GetObject", resource: object, context: { ...tls, "s3:TlsVersion": "1.1" } }],
    ["Deny", "listing by TLS 1.0", { action: "s3:ListBucket", resource: bucketArn, context: { ...tls, "s3:TlsVersion": "1.0" } }],
    ["Nothing", "reading by TLS 1.2", { action: "s3:GetObject", resource: object, context: { ...tls, "s3:TlsVersion": "1.2" } }],
    ["Nothing", "hiding a version behind a marker", { action: "s3:DeleteObject", resource: object, context: tls }],
    ["Deny", "deleting a version for good", { action: "s3:DeleteObjectVersion", resource: object, context: tls }],
    ["Deny", "getting around the lock", { action: "s3:BypassGovernanceRetention", resource: object, context: tls }],
    [
      "Nothing",
      "deleting a version as break-glass",
      { action: "s3:DeleteObjectVersion", resource: object, context: { ...tls, "aws:PrincipalArn": breakGlassPrincipal } },
    ],
    [
      "Deny",
      "deleting a version as break-glass by plain HTTP",
      { action: "s3:DeleteObjectVersion", resource: object, context: { ...tls, "aws:PrincipalArn": breakGlassPrincipal, "aws:SecureTransport": "false" } },
    ],
  ])("%s: %s", (decision, _, request) => expect(decide(bucketPolicy({ bucketArn, keyArn, breakGlassPrincipal }), request)).toBe(decision));

  test("without a break-glass principal nobody deletes for good", () => {
    const request = { action: "s3:DeleteObjectVersion", resource: object, context: { ...tls, "aws:PrincipalArn": breakGlassPrincipal } };
    expect(decide(bucketPolicy({ bucketArn, keyArn }), request)).toBe("Deny");
  });
});

describe("the policy of the bucket of logs", () => {
  const logBucketArn = `${bucketArn}-logs`;
  const document = logBucketPolicy({ logBucketArn, bucketArn, accountId: "123456789012" });
  const context = { ...tls, "aws:SourceArn": bucketArn, "aws:SourceAccount": "123456789012" };
  const delivery = { action: "s3:PutObject", resource: `${logBucketArn}/x`, principal: { Service: "logging.s3.amazonaws.com" }, context };
  test.each<["Allow" | "Deny" | "Nothing", string, Request]>([
    ["Allow", "delivery of this bucket's log", delivery],
    ["Nothing", "delivery of another bucket's log", { ...delivery, context: { ...context, "aws:SourceArn": "arn:aws:s3:::other" } }],
    ["Nothing", "delivery for another account", { ...delivery, context: { ...context, "aws:SourceAccount": "210987654321" } }],
    ["Nothing", "another service's delivery", { ...delivery, principal: { Service: "config.amazonaws.com" } }],
    ["Nothing", "reading by the service", { ...delivery, action: "s3:GetObject" }],
    ["Deny", "delivery by plain HTTP", { ...delivery, context: { ...context, "aws:SecureTransport": "false" } }],
  ])("%s: %s", (decision, _, request) => expect(decide(document, request)).toBe(decision));
});

describe("the two identities", () => {
  const access = { bucketArn, keyArn, prefix: "backups", region: "eu-central-1" };
  const byS3 = { "kms:ViaService": "s3.eu-central-1.amazonaws.com" };
  const rows: [writer: boolean, reader: boolean, what: string, request: Request][] = [
    [true, false, "store", { action: "s3:PutObject", resource: object }],
    [false, false, "store elsewhere", { action: "s3:PutObject", resource: `${bucketArn}/other/2026.dump` }],
    [false, false, "store under a prefix that only begins like its own", { action: "s3:PutObject", resource: `${bucketArn}/backups-old/2026.dump` }],
    [false, false, "store in another bucket", { action: "s3:PutObject", resource: "arn:aws:s3:::other/backups/links/2026.dump" }],
    [true, false, "end an upload of its own", { action: "s3:AbortMultipartUpload", resource: object }],
    [false, true, "read", { action: "s3:GetObject", resource: object }],
    [false, true, "read an older version", { action: "s3:GetObjectVersion", resource: object }],
    [false, false, "read elsewhere", { action: "s3:GetObject", resource: `${bucketArn}/other/secret` }],
    [true, true, "list its prefix", { action: "s3:ListBucket", resource: bucketArn, context: { "s3:prefix": "backups/links/" } }],
    [true, true, "list the prefix itself", { action: "s3:ListBucket", resource: bucketArn, context: { "s3:prefix": "backups" } }],
    [false, false, "list everything", { action: "s3:ListBucket", resource: bucketArn }],
    [false, false, "list elsewhere", { action: "s3:ListBucket", resource: bucketArn, context: { "s3:prefix": "other/" } }],
    [false, false, "delete", { action: "s3:DeleteObject", resource: object }],
    [false, false, "delete a version", { action: "s3:DeleteObjectVersion", resource: object }],
    [false, false, "change a lock", { action: "s3:PutObjectRetention", resource: object }],
    [false, false, "get around a lock", { action: "s3:BypassGovernanceRetention", resource: object }],
    [false, false, "change the bucket's policy", { action: "s3:PutBucketPolicy", resource: bucketArn }],
    [false, false, "change the bucket's lifecycle", { action: "s3:PutLifecycleConfiguration", resource: bucketArn }],
    [true, false, "encrypt through S3", { action: "kms:GenerateDataKey", resource: keyArn, context: byS3 }],
    [true, true, "decrypt through S3", { action: "kms:Decrypt", resource: keyArn, context: byS3 }],
    [false, false, "decrypt by itself", { action: "kms:Decrypt", resource: keyArn }],
    [false, false, "decrypt through another region", { action: "kms:Decrypt", resource: keyArn, context: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } }],
    [false, false, "use another key", { action: "kms:Decrypt", resource: `${keyArn}2`, context: byS3 }],
    [false, false, "delete the key", { action: "kms:ScheduleKeyDeletion", resource: keyArn, context: byS3 }],
  ];
  test.each(rows)("writer %s, reader %s: %s", (writer, reader, _, request) => {
    expect(decide(writerPolicy(access), request)).toBe(writer ? "Allow" : "Nothing");
    expect(decide(readerPolicy(access), request)).toBe(reader ? "Allow" : "Nothing");
  });
});

describe("the role of a service account", () => {
  const trust = podIdentityTrust("prod", "links-prod", "postgres-backup");
  const tags = {
    "aws:RequestTag/eks-cluster-name": "prod",
    "aws:RequestTag/kubernetes-namespace": "links-prod",
    "aws:RequestTag/kubernetes-service-account": "postgres-backup",
  };
  const assume = { action: "sts:AssumeRole", resource: "", principal: { Service: "pods.eks.amazonaws.com" }, context: tags };
  test.each<["Allow" | "Nothing", string, Request]>([
    ["Allow", "its own pod", assume],
    ["Allow", "tags of its own pod", { ...assume, action: "sts:TagSession" }],
    ["Nothing", "another namespace", { ...assume, context: { ...tags, "aws:RequestTag/kubernetes-namespace": "other" } }],
    ["Nothing", "another service account", { ...assume, context: { ...tags, "aws:RequestTag/kubernetes-service-account": "links" } }],
    ["Nothing", "another cluster", { ...assume, context: { ...tags, "aws:RequestTag/eks-cluster-name": "dev" } }],
    ["Nothing", "no tags at all", { ...assume, context: {} }],
    ["Nothing", "a node", { ...assume, principal: { Service: "ec2.amazonaws.com" } }],
  ])("%s: %s", (decision, _, request) => expect(decide(trust, request)).toBe(decision));
});
