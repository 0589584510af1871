import { accountOf, accountRoot, exceptFor, type PolicyDocument, policy, type Statement } from "./policy-document.ts";

export interface KeyPolicyInputs {
  keyArn: string;
  region: string;
  /** Whether the key outlives its stack: then only the break-glass principal may end it. */
  protect: boolean;
  breakGlassPrincipal?: string;
  /** The backups' account and its replication role, for the key of a replica in another account. */
  source?: { accountId: string; replicationRoleArn: string };
}

const cryptography = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"];

/** The key's account decides by its own policies who uses it; this says what even they may not. */
export function keyPolicy({ keyArn, region, protect, breakGlassPrincipal, source }: KeyPolicyInputs): PolicyDocument {
  const throughS3 = { "kms:ViaService": `s3.${region}.amazonaws.com` };
  const ending: Statement = {
    Sid: "DenyEnding",
    Effect: "Deny",
    Principal: "*",
    // Without the key every backup is noise, whatever lock holds it.
    Action: ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:DisableKeyRotation"],
    Resource: keyArn,
    ...exceptFor(breakGlassPrincipal),
  };
  return policy(
    { Sid: "AllowAccount", Effect: "Allow", Principal: accountRoot(accountOf(keyArn)), Action: "kms:*", Resource: keyArn },
    {
      Sid: "DenyUseElsewhere",
      Effect: "Deny",
      Principal: "*",
      Action: cryptography,
      Resource: keyArn,
      Condition: { StringNotEquals: throughS3 },
    },
    ...(protect ? [ending] : []),
    ...(source ? foreignUse(keyArn, source) : []),
  );
}

function foreignUse(keyArn: string, { accountId, replicationRoleArn }: NonNullable<KeyPolicyInputs["source"]>): Statement[] {
  return [
    {
      Sid: "AllowReplication",
      Effect: "Allow",
      Principal: { AWS: replicationRoleArn },
      Action: ["kms:Encrypt", "kms:GenerateDataKey"],
      Resource: keyArn,
    },
    { Sid: "AllowReading", Effect: "Allow", Principal: accountRoot(accountId), Action: "kms:Decrypt", Resource: keyArn },
  ];
}
