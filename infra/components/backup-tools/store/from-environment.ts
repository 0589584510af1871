import { credentialsFrom } from "./credentials.ts";
import { S3Store } from "./s3.ts";

/** What a program is told of its bucket, beyond the store itself. */
export interface BucketSettings {
  bucket: string;
  endpoint: string;
  region: string;
  /** What every key begins with, without a slash at its end. */
  prefix: string;
  kmsKey?: string;
  /** Days after which the program itself removes backups; left out where the store does. */
  expireDays?: number;
}

/** Reads BUCKET, ENDPOINT, REGION, PREFIX, KMS_KEY and EXPIRE_DAYS; every mistake at once. */
export function bucketSettings(environment: NodeJS.ProcessEnv): BucketSettings {
  const { BUCKET: bucket, ENDPOINT: endpoint, REGION: region, PREFIX: prefix, KMS_KEY: kmsKey, EXPIRE_DAYS: days } = environment;
  const missing = Object.entries({ BUCKET: bucket, ENDPOINT: endpoint, REGION: region, PREFIX: prefix }).filter(([, value]) => !value);
  if (missing.length > 0) throw new Error(`${missing.map(([name]) => name).join(", ")} not set; give the settings of a BackupBucket's binding`);
  const expireDays = days === undefined ? undefined : Number(days);
  if (expireDays !== undefined && !(expireDays >= 1)) throw new Error(`EXPIRE_DAYS ${days} is no number of days; give 1 or more`);
  return { bucket: bucket!, endpoint: endpoint!, region: region!, prefix: prefix!, kmsKey, expireDays };
}

/** The bucket by the identity that stores: WRITER_ACCESS_KEY_DIRECTORY, or else EKS Pod Identity. `deadlineSeconds` as S3Settings has it. */
export function writerStore(environment: NodeJS.ProcessEnv, deadlineSeconds?: number): S3Store {
  const credentials = credentialsFrom(environment, environment.WRITER_ACCESS_KEY_DIRECTORY);
  return new S3Store({ ...bucketSettings(environment), credentials, deadlineSeconds });
}

/** The bucket by the identity that reads: READER_ACCESS_KEY_DIRECTORY, or else EKS Pod Identity. */
export function readerStore(environment: NodeJS.ProcessEnv, deadlineSeconds?: number): S3Store {
  const credentials = credentialsFrom(environment, environment.READER_ACCESS_KEY_DIRECTORY);
  return new S3Store({ ...bucketSettings(environment), kmsKey: undefined, credentials, deadlineSeconds });
}
