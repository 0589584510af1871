import { type PolicyDocument, policy, type Statement } from "./policy-document.ts";

/** A bucket, its key and the part of it that an identity sees. */
export interface AccessInputs {
  bucketArn: string;
  keyArn: string;
  prefix: string;
  region: string;
}

/** Reading includes the replica, so that the loss of the region needs no new rights. */
export interface ReaderInputs extends AccessInputs {
  replica?: AccessInputs;
}

function listOwnPrefix({ bucketArn, prefix }: AccessInputs, of = ""): Statement {
  return {
    Sid: `ListOwnPrefix${of}`,
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: bucketArn,
    Condition: { StringLike: { "s3:prefix": [prefix, `${prefix}/*`] } },
  };
}

/** Conditions under which a key serves the objects of one bucket, through S3 alone: stolen credentials open nothing else that it encrypts. */
export function forObjectsOf(bucketArn: string, region: string): NonNullable<Statement["Condition"]> {
  return {
    StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` },
    // The bucket stands there when S3 uses a bucket key, the object when it doesn't.
    StringLike: { "kms:EncryptionContext:aws:s3:arn": [bucketArn, `${bucketArn}/*`] },
  };
}

function useKey({ bucketArn, keyArn, region }: AccessInputs, actions: string[], of = ""): Statement {
  return { Sid: `UseKey${of}`, Effect: "Allow", Action: actions, Resource: keyArn, Condition: forObjectsOf(bucketArn, region) };
}

/** Stores and lists under its own prefix. It can't read, and it can't delete: at worst it adds versions. */
export function writerPolicy(access: AccessInputs): PolicyDocument {
  return policy(
    listOwnPrefix(access),
    { Sid: "StoreUnderOwnPrefix", Effect: "Allow", Action: "s3:PutObject", Resource: `${access.bucketArn}/${access.prefix}/*` },
    useKey(access, ["kms:GenerateDataKey"]),
  );
}

function reading(access: AccessInputs, of = ""): Statement[] {
  return [
    {
      ...listOwnPrefix(access, of),
      // S3 says that a key is missing (404) only to who may list it, and asks for that without a prefix; else a recovery that has
      // come to the end of the log is told 403. A listing without a prefix passes with it: there is nothing but backups to see.
      Condition: { StringLikeIfExists: { "s3:prefix": [access.prefix, `${access.prefix}/*`] } },
    },
    {
      Sid: `ReadUnderOwnPrefix${of}`,
      Effect: "Allow",
      // Older versions too, so that an overwritten backup can still be restored.
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${access.bucketArn}/${access.prefix}/*`,
    },
    useKey(access, ["kms:Decrypt"], of),
  ];
}

/** Lists and reads under its own prefix, of the bucket and of its replica. */
export function readerPolicy(access: ReaderInputs): PolicyDocument {
  return policy(...reading(access), ...(access.replica ? reading(access.replica, "OfReplica") : []));
}

/** Stores the evidence of a restore drill, and nothing that could pass for a backup. It is given together with the reader's rights. */
export function evidencePolicy(access: AccessInputs): PolicyDocument {
  return policy(
    { Sid: "StoreEvidence", Effect: "Allow", Action: "s3:PutObject", Resource: `${access.bucketArn}/${access.prefix}/*/drills/*` },
    useKey(access, ["kms:GenerateDataKey"]),
  );
}
