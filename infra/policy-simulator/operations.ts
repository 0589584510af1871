import type { PlannedWorld } from "./planned-world.ts";
import type { Principal, Request } from "./statement.ts";

// What a client does, as the requests that AWS checks for it. Storing and reading ask the key too, in the identity's name.

export const user = (arn: string): Principal => ({ kind: "AWS", name: arn });
export const service = (name: string): Principal => ({ kind: "Service", name });

/** A modern client: what AWS would know of its requests. */
const usual = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };

/** What is different from the usual. An undefined value is a header or property that is not there. */
export type Change = Record<string, string | undefined>;

export interface Place {
  bucket: string;
  region: string;
}

/** One request on a bucket or on one of its objects. */
export function request(principal: Principal, action: string, { bucket }: Place, key: string | undefined, change: Change = {}): Request {
  const resource = key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
  return { principal, action, resource, context: contextOf(principal, change) };
}

export function contextOf(principal: Principal, change: Change): Record<string, string> {
  const caller: Change = principal.kind === "AWS" ? { "aws:PrincipalArn": principal.name } : {};
  const all = { ...usual, ...caller, ...change };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** One request to a key: by default S3's own, for the objects of the bucket. */
export function keyRequest(world: PlannedWorld, principal: Principal, action: string, { bucket, region }: Place, change: Change = {}): Request {
  const throughS3 = { "kms:ViaService": `s3.${region}.amazonaws.com`, "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${bucket}` };
  return { principal, action, resource: world.keyOf(bucket), context: contextOf(principal, { ...throughS3, ...change }) };
}

/** A PUT as the programs of this repository send it: in one request, with the bucket's key by name. */
export function store(world: PlannedWorld, principal: Principal, at: Place, key: string, change: Change = {}): Request[] {
  const encryption = { "s3:x-amz-server-side-encryption": "aws:kms", "s3:x-amz-server-side-encryption-aws-kms-key-id": world.keyOf(at.bucket) };
  const once: Change = /\/(manifests|drills)\//.test(key) ? { "s3:if-none-match": "*" } : {};
  return [request(principal, "s3:PutObject", at, key, { ...encryption, ...once, ...change }), keyRequest(world, principal, "kms:GenerateDataKey", at)];
}

export function read(world: PlannedWorld, principal: Principal, at: Place, key: string, change: Change = {}): Request[] {
  return [request(principal, "s3:GetObject", at, key, change), keyRequest(world, principal, "kms:Decrypt", at)];
}
