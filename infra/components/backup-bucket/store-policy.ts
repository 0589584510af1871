import { type PolicyDocument, policy } from "./policy-document.ts";

/** Names of the logins of the store in the cluster. They stand in the bucket's policy, so they stay when their secrets change. */
export const storeAccounts = { root: "root", writer: "backup-writer", reader: "backup-reader", drill: "backup-drill" } as const;

/**
 * What the logins may do, as AWS's identities may: a program that reads with the writer's login fails in development already.
 *
 * There are two differences. The store expires nothing by itself, so the writer removes what is older than the retention. And the store
 * knows no conditions, so a login sees the names of all keys of the bucket, which has nothing but backups.
 */
export function storePolicy(bucket: string, prefix: string): PolicyDocument {
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const { writer, reader, drill } = storeAccounts;
  return policy(
    { Sid: "List", Effect: "Allow", Principal: { AWS: [writer, reader, drill] }, Action: "s3:ListBucket", Resource: bucketArn },
    {
      Sid: "StoreAndExpire",
      Effect: "Allow",
      Principal: { AWS: [writer] },
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: `${bucketArn}/${prefix}/*`,
    },
    { Sid: "Read", Effect: "Allow", Principal: { AWS: [reader, drill] }, Action: "s3:GetObject", Resource: `${bucketArn}/${prefix}/*` },
    { Sid: "StoreEvidence", Effect: "Allow", Principal: { AWS: [drill] }, Action: "s3:PutObject", Resource: `${bucketArn}/${prefix}/*/drills/*` },
  );
}
