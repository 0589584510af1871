import type { AwsBucketArgs, AwsReplicaArgs } from "./backup-bucket.ts";
import { namesAccount } from "./service-accounts.ts";

export type Problems = (string | false)[];

const regionName = /^[a-z]{2}(-[a-z]+)+-\d$/;
/** The stricter half of S3's own rules: a dot breaks the certificate of the bucket's own host name. Room is left for the bucket of logs. */
const bucketName = /^[a-z0-9](?:[a-z0-9-]{1,55}[a-z0-9])$/;

export function bucketNameProblem(argument: string, bucket: string): string | false {
  return (
    !bucketName.test(bucket) &&
    `${argument} "${bucket}" is no bucket name; use 3 to 57 lower-case letters, digits and hyphens, such as example-links-prod-backups.`
  );
}

export function awsProblems(bucket: string, aws: AwsBucketArgs, retentionDays: number): Problems {
  return [
    !regionName.test(aws.region) && `aws.region "${aws.region}" is no region; write it as eu-central-1.`,
    aws.breakGlassPrincipal !== undefined &&
      !/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/\S+$/.test(aws.breakGlassPrincipal) &&
      `aws.breakGlassPrincipal "${aws.breakGlassPrincipal}" is no role or user; write it as arn:aws:iam::123456789012:role/break-glass.`,
    ...lockProblems(aws, retentionDays),
    ...identityProblems(aws),
    ...(aws.replica ? replicaProblems(bucket, aws.region, aws.replica) : []),
  ];
}

function lockProblems({ objectLock, objectLockDays: days }: AwsBucketArgs, retentionDays: number): Problems {
  return [
    objectLock !== undefined &&
      objectLock !== "governance" &&
      objectLock !== "compliance" &&
      `aws.objectLock "${objectLock}" is unknown; write governance or compliance, or leave it out.`,
    days !== undefined && objectLock === undefined && `aws.objectLockDays ${days} has no effect without aws.objectLock; set aws.objectLock or remove the days.`,
    days !== undefined && !Number.isInteger(days) && `aws.objectLockDays ${days} is no whole number of days; give at least ${retentionDays}.`,
    days !== undefined &&
      days < retentionDays &&
      `aws.objectLockDays ${days} is shorter than retentionDays ${retentionDays}: a backup could be deleted before its time; raise it to at least ${retentionDays}.`,
  ];
}

function identityProblems(aws: AwsBucketArgs): Problems {
  const writers = aws.writerServiceAccounts ?? [];
  const accounts = [...writers, ...(aws.readerServiceAccounts ?? []), ...(aws.drillServiceAccounts ?? [])];
  const twice = accounts.find((account, index) => accounts.indexOf(account) !== index);
  const { podIdentityCluster: cluster, oidcProvider: provider } = aws;
  return [
    cluster !== undefined &&
      provider !== undefined &&
      `aws.podIdentityCluster "${cluster}" and aws.oidcProvider "${provider}" both give pods a role; keep Pod Identity, or remove it on Fargate and outside EKS.`,
    provider !== undefined &&
      !/^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/\S+$/.test(provider) &&
      `aws.oidcProvider "${provider}" is no identity provider; write it as arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABCD.`,
    (cluster ?? provider) !== undefined &&
      writers.length === 0 &&
      `${cluster === undefined ? `aws.oidcProvider "${provider}"` : `aws.podIdentityCluster "${cluster}"`} needs aws.writerServiceAccounts: the service accounts that may store backups, such as ["postgres-backup"].`,
    (cluster ?? provider) === undefined &&
      accounts.length > 0 &&
      "aws.writerServiceAccounts, readerServiceAccounts and drillServiceAccounts need aws.podIdentityCluster or aws.oidcProvider; without them each identity gets an access key.",
    ...accounts
      .filter((account) => !namesAccount(account))
      .map((account) => `service account "${account}" is no name; write postgres-backup, or with its namespace links-drill/restore-drill.`),
    twice !== undefined && `service account "${twice}" is named twice; a service account has one role, so name it once.`,
  ];
}

function replicaProblems(bucket: string, region: string, { region: other, bucket: copy = `${bucket}-copy`, assumeRole }: AwsReplicaArgs): Problems {
  return [
    !regionName.test(other) && `aws.replica.region "${other}" is no region; write it as eu-west-1.`,
    other === region && `aws.replica.region "${other}" is the region of the bucket itself, lost together with it; name another one.`,
    bucketNameProblem("aws.replica.bucket", copy),
    copy === bucket && `aws.replica.bucket "${copy}" is the bucket itself; name another one, such as ${bucket}-copy.`,
    assumeRole !== undefined &&
      !/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(assumeRole) &&
      `aws.replica.assumeRole "${assumeRole}" is no role; write it as arn:aws:iam::210987654321:role/backup-replica.`,
  ];
}
