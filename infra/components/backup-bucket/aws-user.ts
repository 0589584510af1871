import { AccessKey } from "@pulumi/aws/iam/accessKey.js";
import { Group } from "@pulumi/aws/iam/group.js";
import { GroupPolicy } from "@pulumi/aws/iam/groupPolicy.js";
import { User } from "@pulumi/aws/iam/user.js";
import { UserGroupMembership } from "@pulumi/aws/iam/userGroupMembership.js";
import * as pulumi from "@pulumi/pulumi";
import type { Rights } from "./aws-access.ts";

/** A user's key, as the keys of the Secret are named. */
export interface AccessKeyFiles extends Record<string, pulumi.Output<string>> {
  "access-key-id": pulumi.Output<string>;
  "secret-access-key": pulumi.Output<string>;
}

/** A user with a key, where pods can't get a role. Its rights come from a group, as AWS's own check IAM.2 asks. */
export function makeUser(name: string, rights: Partial<Rights>, tags: Record<string, string> | undefined, opts: pulumi.CustomResourceOptions) {
  const user = new User(name, { tags }, opts);
  const group = new Group(name, {}, opts);
  const granted = Object.entries(rights).map(([right, policy]) => new GroupPolicy(`${name}-${right}`, { group: group.name, policy }, opts));
  const member = new UserGroupMembership(`${name}-membership`, { user: user.name, groups: [group.name] }, opts);
  const key: AccessKeyFiles = accessKey(new AccessKey(`${name}-key`, { user: user.name }, opts));
  return { key, ready: [...granted, member].map(({ id }) => id) };
}

const accessKey = ({ id, secret }: AccessKey) => ({ "access-key-id": id, "secret-access-key": pulumi.secret(secret) });
