import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { AccessKey } from "@pulumi/aws/iam/accessKey.js";
import { Group } from "@pulumi/aws/iam/group.js";
import { GroupPolicy } from "@pulumi/aws/iam/groupPolicy.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { User } from "@pulumi/aws/iam/user.js";
import { UserGroupMembership } from "@pulumi/aws/iam/userGroupMembership.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsBucketResult } from "./aws-bucket.ts";
import type { PolicyDocument } from "./bucket-policies.ts";
import { type AccessInputs, podIdentityTrust, readerPolicy, writerPolicy } from "./identity-policies.ts";
import type { AwsBucketSpec, BackupBucketSpec } from "./spec.ts";

/** Keys of the two users, as the keys of the Secrets are named; none where pods get their role from EKS. */
export interface AccessKeyFiles extends Record<string, pulumi.Output<string>> {
  "access-key-id": pulumi.Output<string>;
  "secret-access-key": pulumi.Output<string>;
}

/** Everything that must be there before an identity works, so that a backup doesn't start and fail for want of it. */
export interface AwsAccess {
  writerKey?: AccessKeyFiles;
  readerKey?: AccessKeyFiles;
  ready: pulumi.Output<string>[];
}

type Policies = Record<"read" | "write", pulumi.Output<string>>;

export function makeAwsAccess(
  name: string,
  spec: BackupBucketSpec,
  aws: AwsBucketSpec,
  made: AwsBucketResult,
  namespace: pulumi.Input<string>,
  tags: Record<string, string> | undefined,
  parent: pulumi.Resource,
): AwsAccess {
  const document = (from: (access: AccessInputs) => PolicyDocument) =>
    pulumi
      .all([made.bucketArn, made.keyArn])
      .apply(([bucketArn, keyArn]) => JSON.stringify(from({ bucketArn, keyArn, prefix: spec.prefix, region: aws.region })));
  const policies: Policies = { write: document(writerPolicy), read: document(readerPolicy) };
  const opts = { parent };
  const cluster = aws.podIdentityCluster;
  if (cluster === undefined) {
    const writer = makeUser(`${name}-writer`, policies.write, tags, opts);
    const reader = makeUser(`${name}-reader`, policies.read, tags, opts);
    return { writerKey: writer.key, readerKey: reader.key, ready: [writer.ready, reader.ready] };
  }
  const role = (account: string, grants: (keyof Policies)[]) => {
    const trust = pulumi.output(namespace).apply((at) => JSON.stringify(podIdentityTrust(cluster, at, account)));
    const made = new Role(`${name}-${account}-role`, { assumeRolePolicy: trust, tags }, opts);
    const granted = grants.map((grant) => new RolePolicy(`${name}-${account}-${grant}`, { role: made.name, policy: policies[grant] }, opts));
    const association = new PodIdentityAssociation(
      `${name}-${account}`,
      { region: aws.region, clusterName: cluster, namespace, serviceAccount: account, roleArn: made.arn, tags },
      { parent, dependsOn: granted },
    );
    return association.id;
  };
  return {
    ready: [
      // A pod has one identity, and a backup counts only when it was read back: so here, and only here, a writer can read too.
      ...aws.writerServiceAccounts.map((account) => role(account, ["write", "read"])),
      ...aws.readerServiceAccounts.map((account) => role(account, ["read"])),
    ],
  };
}

/** A user with a key. Its rights come from a group, as AWS's own check IAM.2 asks. */
function makeUser(name: string, policy: pulumi.Output<string>, tags: Record<string, string> | undefined, opts: pulumi.CustomResourceOptions) {
  const user = new User(name, { tags }, opts);
  const group = new Group(name, {}, opts);
  const granted = new GroupPolicy(`${name}-policy`, { group: group.name, policy }, opts);
  const member = new UserGroupMembership(`${name}-membership`, { user: user.name, groups: [group.name] }, opts);
  const key = new AccessKey(`${name}-key`, { user: user.name }, opts);
  return {
    key: { "access-key-id": key.id, "secret-access-key": pulumi.secret(key.secret) },
    ready: pulumi.all([granted.id, member.id]).apply(([id]) => id),
  };
}
