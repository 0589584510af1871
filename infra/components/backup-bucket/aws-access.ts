import * as pulumi from "@pulumi/pulumi";
import type { AwsBucketResult, BucketArns } from "./aws-bucket.ts";
import { makePodIdentityRoles, makeWebIdentityRole } from "./aws-roles.ts";
import type { AwsBucketSpec } from "./aws-spec.ts";
import { type AccessKeyFiles, makeUser } from "./aws-user.ts";
import type { BackupBucketArgs } from "./backup-bucket.ts";
import { type AccessInputs, evidencePolicy, readerPolicy, writerPolicy } from "./identity-policies.ts";
import type { BackupBucketSpec } from "./spec.ts";

/** What somebody may do with backups, each the name of a policy. */
export type Right = "read" | "write" | "evidence";
export type Rights = Record<Right, pulumi.Output<string>>;

/** How one kind of client proves who it is. Both are missing under Pod Identity, which needs nothing of the pod. */
export interface ClientAccess {
  key?: AccessKeyFiles;
  /** Annotations of the service account, from which the cluster knows its role. */
  accountAnnotations?: Record<string, pulumi.Input<string>>;
}

export interface AwsAccess {
  writer: ClientAccess;
  reader: ClientAccess;
  drill: ClientAccess;
  /** Everything that must be there before an identity works, so that a backup doesn't start and fail for want of it. */
  ready: pulumi.Output<string>[];
}

export function makeAwsAccess(
  name: string,
  spec: BackupBucketSpec,
  aws: AwsBucketSpec,
  made: AwsBucketResult,
  { drillNamespace, labels: tags, namespace }: BackupBucketArgs,
  parent: pulumi.Resource,
): AwsAccess {
  const rights = rightsOf(spec.prefix, made);
  const opts = { parent };
  if (aws.podIdentityCluster !== undefined) {
    const role = { cluster: aws.podIdentityCluster, region: aws.region, namespace, rights, tags };
    const ready = [
      // A pod has one identity, and a backup counts only when it was read back: so here a writer can read too.
      ...makePodIdentityRoles(name, { ...role, accounts: aws.writers, grants: ["write", "read"] }, opts),
      ...makePodIdentityRoles(name, { ...role, accounts: aws.readers, grants: ["read"] }, opts),
      ...makePodIdentityRoles(name, { ...role, accounts: aws.drills, namespace: drillNamespace ?? namespace, grants: ["evidence", "read"] }, opts),
    ];
    return { writer: {}, reader: {}, drill: {}, ready };
  }
  if (aws.oidcProvider !== undefined) {
    const role = { provider: aws.oidcProvider, namespace, rights, tags };
    const writer = makeWebIdentityRole(`${name}-writer`, { ...role, accounts: aws.writers, grants: ["write", "read"] }, opts);
    const reader = makeWebIdentityRole(`${name}-reader`, { ...role, accounts: aws.readers, grants: ["read"] }, opts);
    const drill = makeWebIdentityRole(
      `${name}-drill`,
      { ...role, accounts: aws.drills, namespace: drillNamespace ?? namespace, grants: ["evidence", "read"] },
      opts,
    );
    return { writer, reader, drill, ready: [...writer.ready, ...reader.ready, ...drill.ready] };
  }
  const writer = makeUser(`${name}-writer`, { write: rights.write }, tags, opts);
  const reader = makeUser(`${name}-reader`, { read: rights.read }, tags, opts);
  const drill = makeUser(`${name}-drill`, { read: rights.read, evidence: rights.evidence }, tags, opts);
  return { writer, reader, drill, ready: [...writer.ready, ...reader.ready, ...drill.ready] };
}

function rightsOf(prefix: string, made: AwsBucketResult): Rights {
  const access = ({ bucketArn, keyArn, region }: BucketArns): pulumi.Output<AccessInputs> =>
    pulumi.all([bucketArn, keyArn]).apply(([bucket, key]) => ({ bucketArn: bucket, keyArn: key, prefix, region }));
  const replica = made.replica ? access(made.replica) : pulumi.output<AccessInputs | undefined>(undefined);
  const both = pulumi.all([access(made), replica]);
  return {
    write: both.apply(([own]) => JSON.stringify(writerPolicy(own))),
    read: both.apply(([own, copy]) => JSON.stringify(readerPolicy({ ...own, replica: copy }))),
    evidence: both.apply(([own]) => JSON.stringify(evidencePolicy(own))),
  };
}
