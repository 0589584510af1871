/** One statement of an IAM policy, in the spelling that AWS stores. */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string>;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

export const policy = (...statements: Statement[]): PolicyDocument => ({ Version: "2012-10-17", Statement: statements });

/** No plain HTTP, and no TLS before 1.2, for anybody and any action. */
function denyWeakTransport(bucketArn: string): Statement[] {
  const everything = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucketArn, `${bucketArn}/*`] } as const;
  return [
    { Sid: "DenyPlainHttp", ...everything, Resource: [...everything.Resource], Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Sid: "DenyOldTls", ...everything, Resource: [...everything.Resource], Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}

export interface BucketPolicyInputs {
  bucketArn: string;
  keyArn: string;
  breakGlassPrincipal?: string;
}

/**
 * What nobody may do to the backups, whatever their own rights.
 *
 * A request that says nothing about encryption is let through: the parts of a multipart upload can't say it, and the bucket then
 * encrypts with its own key. What is refused is a request that asks for something else, including a key that only the sender has,
 * with which a thief of the writer's key could make the backups unreadable.
 */
export function bucketPolicy({ bucketArn, keyArn, breakGlassPrincipal }: BucketPolicyInputs): PolicyDocument {
  const denyStoring = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${bucketArn}/*` } as const;
  const saysHow = { "s3:x-amz-server-side-encryption": "false" };
  return policy(
    ...denyWeakTransport(bucketArn),
    { Sid: "DenyOtherEncryption", ...denyStoring, Condition: { Null: saysHow, StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } } },
    {
      Sid: "DenyOtherKey",
      ...denyStoring,
      // Also true when the key is left out: S3 would then take the account's default key, which other roles may use.
      Condition: { Null: saysHow, StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn } },
    },
    { Sid: "DenyCustomerKey", ...denyStoring, Condition: { Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "false" } } },
    {
      Sid: "DenyDeletionForGood",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"],
      Resource: `${bucketArn}/*`,
      ...(breakGlassPrincipal && { Condition: { ArnNotEquals: { "aws:PrincipalArn": breakGlassPrincipal } } }),
    },
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
