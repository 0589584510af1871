import { type PolicyDocument, policy } from "./policy-document.ts";

/** A service account of the cluster that gets a role. */
export interface ServiceAccountName {
  namespace: string;
  name: string;
}

/** Lets EKS Pod Identity give a role to one service account of one namespace of one cluster, and to nothing else. */
export function podIdentityTrust(clusterName: string, account: ServiceAccountName): PolicyDocument {
  return policy({
    Sid: "PodIdentity",
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/eks-cluster-name": clusterName,
        "aws:RequestTag/kubernetes-namespace": account.namespace,
        "aws:RequestTag/kubernetes-service-account": account.name,
      },
    },
  });
}

/** Lets the cluster's own tokens give a role to some service accounts: IRSA, for Fargate and clusters outside EKS. */
export function webIdentityTrust(oidcProviderArn: string, accounts: readonly ServiceAccountName[]): PolicyDocument {
  const issuer = oidcProviderArn.split(":oidc-provider/")[1] ?? "";
  return policy({
    Sid: "ServiceAccountToken",
    Effect: "Allow",
    Principal: { Federated: oidcProviderArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        // A token that the cluster gave for another purpose has another audience.
        [`${issuer}:aud`]: "sts.amazonaws.com",
        [`${issuer}:sub`]: accounts.map(({ namespace, name }) => `system:serviceaccount:${namespace}:${name}`),
      },
    },
  });
}

/** Lets S3 copy objects in the account's name. */
export function replicationTrust(): PolicyDocument {
  return policy({ Sid: "Replication", Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" });
}
