import { accountRoot, exceptFor, type PolicyDocument, policy, type Statement } from "./policy-document.ts";

/** No plain HTTP, and no TLS before 1.2, for anybody and any action. */
function denyWeakTransport(bucketArn: string): Statement[] {
  const everything = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucketArn, `${bucketArn}/*`] } as const;
  return [
    { Sid: "DenyPlainHttp", ...everything, Resource: [...everything.Resource], Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Sid: "DenyOldTls", ...everything, Resource: [...everything.Resource], Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}

/**
 * No deletion by anybody but the break-glass principal, be it for good or by a delete marker that hides a backup, and no change of a
 * lock: a thief who prolongs it could make a backup stay, and be paid for, for a century. Lifecycle rules aren't bound by this.
 */
function denyDeletion(bucketArn: string, breakGlassPrincipal: string | undefined): Statement {
  return {
    Sid: "DenyDeletion",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention", "s3:PutObjectRetention", "s3:PutObjectLegalHold"],
    Resource: `${bucketArn}/*`,
    ...exceptFor(breakGlassPrincipal),
  };
}

export interface BucketPolicyInputs {
  bucketArn: string;
  keyArn: string;
  prefix: string;
  breakGlassPrincipal?: string;
}

/**
 * What nobody may do to the backups, whatever their own rights.
 *
 * Negated operators hold when a header is missing, so what doesn't name the bucket's key is refused too. That includes multipart
 * uploads, whose parts can't name one: backups are stored in single requests.
 */
export function bucketPolicy({ bucketArn, keyArn, prefix, breakGlassPrincipal }: BucketPolicyInputs): PolicyDocument {
  const denyStoring = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${bucketArn}/*` } as const;
  return policy(
    ...denyWeakTransport(bucketArn),
    { Sid: "DenyOtherEncryption", ...denyStoring, Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } } },
    { Sid: "DenyOtherKey", ...denyStoring, Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn } } },
    // With a key that only the sender has, a thief of the writer's credentials could make the backups unreadable.
    { Sid: "DenyCustomerKey", ...denyStoring, Condition: { Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "false" } } },
    {
      Sid: "DenyOverwriting",
      ...denyStoring,
      // What says that a backup or a drill is good is written once: a forged successor would hide it.
      Resource: ["manifests", "drills"].map((kind) => `${bucketArn}/${prefix}/*/${kind}/*`),
      Condition: { Null: { "s3:if-none-match": "true" } },
    },
    denyDeletion(bucketArn, breakGlassPrincipal),
  );
}

export interface ReplicaBucketPolicyInputs {
  bucketArn: string;
  breakGlassPrincipal?: string;
  /** The backups' account, if the replica is in another. */
  sourceAccountId?: string;
  replicationRoleArn: string;
}

/** What nobody may do to the replica: only replication stores, and nothing deletes. */
export function replicaBucketPolicy(inputs: ReplicaBucketPolicyInputs): PolicyDocument {
  const { bucketArn, breakGlassPrincipal, sourceAccountId, replicationRoleArn } = inputs;
  const everything = `${bucketArn}/*`;
  const fromOutside: Statement[] = sourceAccountId
    ? [
        {
          Sid: "AllowReplication",
          Effect: "Allow",
          Principal: { AWS: replicationRoleArn },
          Action: ["s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"],
          Resource: everything,
        },
        { Sid: "AllowListing", Effect: "Allow", Principal: accountRoot(sourceAccountId), Action: "s3:ListBucket", Resource: bucketArn },
        {
          Sid: "AllowReading",
          Effect: "Allow",
          Principal: accountRoot(sourceAccountId),
          Action: ["s3:GetObject", "s3:GetObjectVersion"],
          Resource: everything,
        },
      ]
    : [];
  return policy(
    ...denyWeakTransport(bucketArn),
    { Sid: "DenyStoring", Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: everything },
    { Sid: "DenyOtherReplication", Effect: "Deny", Principal: "*", Action: "s3:ReplicateObject", Resource: everything, ...exceptFor(replicationRoleArn) },
    { Sid: "DenyReplicatedDeletion", Effect: "Deny", Principal: "*", Action: "s3:ReplicateDelete", Resource: everything },
    denyDeletion(bucketArn, breakGlassPrincipal),
    ...fromOutside,
  );
}

export interface LogBucketPolicyInputs {
  logBucketArn: string;
  bucketArn: string;
  accountId: string;
}

/** Only S3's own log delivery writes, and only about this bucket of this account. */
export function logBucketPolicy({ logBucketArn, bucketArn, accountId }: LogBucketPolicyInputs): PolicyDocument {
  return policy(...denyWeakTransport(logBucketArn), {
    Sid: "AllowLogDelivery",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${logBucketArn}/*`,
    Condition: { ArnEquals: { "aws:SourceArn": bucketArn }, StringEquals: { "aws:SourceAccount": accountId } },
  });
}
