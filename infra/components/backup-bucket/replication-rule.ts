import type * as pulumi from "@pulumi/pulumi";
import { accountOf } from "./policy-document.ts";

export interface ReplicationRuleInputs {
  prefix: string;
  /** The replica's bucket and key. */
  bucketArn: pulumi.Input<string>;
  keyArn: pulumi.Input<string>;
  /** Role in the replica's account, if that is another one. */
  assumeRole?: string;
}

/** Minutes that S3 promises a copy takes at most (S3 Replication Time Control, its only value). What a lost region costs beyond the backup interval. */
const promisedMinutes = 15;

export function replicationRule({ prefix, bucketArn, keyArn, assumeRole }: ReplicationRuleInputs) {
  const otherAccount = assumeRole === undefined ? {} : { account: accountOf(assumeRole), accessControlTranslation: { owner: "Destination" } };
  return {
    id: "copy-backups",
    status: "Enabled",
    priority: 0,
    filter: { prefix: `${prefix}/` },
    // A deletion, by whomever, stays on one side.
    deleteMarkerReplication: { status: "Disabled" },
    sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    destination: {
      bucket: bucketArn,
      encryptionConfiguration: { replicaKmsKeyId: keyArn },
      replicationTime: { status: "Enabled", time: { minutes: promisedMinutes } },
      metrics: { status: "Enabled", eventThreshold: { minutes: promisedMinutes } },
      ...otherAccount,
    },
  };
}
