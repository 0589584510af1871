import { type AccessInputs, forObjectsOf } from "./identity-policies.ts";
import { type PolicyDocument, policy } from "./policy-document.ts";

export interface ReplicationInputs {
  source: AccessInputs;
  replica: AccessInputs;
  /** Whether the replica is in another account, which then becomes the owner of the copies. */
  otherAccount: boolean;
}

/** Reads the backups as they are and stores them in the replica. Deletions are not copied, so there is no right to. */
export function replicationPolicy({ source, replica, otherAccount }: ReplicationInputs): PolicyDocument {
  return policy(
    { Sid: "ReadSetup", Effect: "Allow", Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: source.bucketArn },
    {
      Sid: "ReadBackups",
      Effect: "Allow",
      Action: [
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
        // The copies are locked until the same moment as the originals.
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
      ],
      Resource: `${source.bucketArn}/${source.prefix}/*`,
    },
    {
      Sid: "StoreCopies",
      Effect: "Allow",
      Action: ["s3:ReplicateObject", "s3:ReplicateTags", ...(otherAccount ? ["s3:ObjectOwnerOverrideToBucketOwner"] : [])],
      Resource: `${replica.bucketArn}/${replica.prefix}/*`,
    },
    { Sid: "Decrypt", Effect: "Allow", Action: "kms:Decrypt", Resource: source.keyArn, Condition: forObjectsOf(source.bucketArn, source.region) },
    {
      Sid: "Encrypt",
      Effect: "Allow",
      Action: ["kms:Encrypt", "kms:GenerateDataKey"],
      Resource: replica.keyArn,
      Condition: forObjectsOf(replica.bucketArn, replica.region),
    },
  );
}
