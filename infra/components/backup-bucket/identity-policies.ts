import { type PolicyDocument, policy, type Statement } from "./bucket-policies.ts";

export interface AccessInputs {
  bucketArn: string;
  keyArn: string;
  prefix: string;
  region: string;
}

function listOwnPrefix({ bucketArn, prefix }: AccessInputs): Statement {
  return {
    Sid: "ListOwnPrefix",
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: bucketArn,
    Condition: { StringLike: { "s3:prefix": [prefix, `${prefix}/*`] } },
  };
}

/** The key by way of S3 alone: whoever steals the credentials can't use it on data from elsewhere. */
function useKey({ keyArn, region }: AccessInputs, actions: string[]): Statement {
  return { Sid: "UseKey", Effect: "Allow", Action: actions, Resource: keyArn, Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } } };
}

/** Stores and lists under its own prefix. It can't read, and it can't delete: at worst it adds versions. */
export function writerPolicy(access: AccessInputs): PolicyDocument {
  return policy(
    listOwnPrefix(access),
    { Sid: "StoreUnderOwnPrefix", Effect: "Allow", Action: ["s3:PutObject", "s3:AbortMultipartUpload"], Resource: `${access.bucketArn}/${access.prefix}/*` },
    // Decrypt too: S3 decrypts the parts of a multipart upload when it joins them.
    useKey(access, ["kms:GenerateDataKey", "kms:Decrypt"]),
  );
}

/** Lists and reads under its own prefix, older versions included, so that an overwritten backup can still be restored. */
export function readerPolicy(access: AccessInputs): PolicyDocument {
  return policy(
    listOwnPrefix(access),
    { Sid: "ReadUnderOwnPrefix", Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: `${access.bucketArn}/${access.prefix}/*` },
    useKey(access, ["kms:Decrypt"]),
  );
}

/** Lets EKS Pod Identity give a role to one service account of one namespace of one cluster, and to nothing else. */
export function podIdentityTrust(clusterName: string, namespace: string, serviceAccount: string): PolicyDocument {
  return policy({
    Sid: "PodIdentity",
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/eks-cluster-name": clusterName,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
      },
    },
  });
}
