import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config/load.ts";

/** A bucket of S3 that the config names, and where it says that it is. */
export interface NamedBucket {
  /** Key of the region in the config. */
  path: string;
  bucket: string;
  region: string;
}

type Config = Pick<StackConfig, "backups" | "restoreFrom">;

export function namedBuckets({ backups, restoreFrom }: Config): NamedBucket[] {
  const { bucket, region, replica } = backups;
  const found: NamedBucket[] = [];
  if (backups.store === "aws" && bucket && region) {
    found.push({ path: "backups.region", bucket, region });
    if (replica) found.push({ path: "backups.replica.region", bucket: replica.bucket ?? `${bucket}-copy`, region: replica.region });
  }
  if (restoreFrom?.bucket && restoreFrom.region && !restoreFrom.endpoint)
    found.push({ path: "restoreFrom.region", bucket: restoreFrom.bucket, region: restoreFrom.region });
  return found;
}

/**
 * Stops an update before its first change when a bucket of that name is in another region: Pulumi would fail to make it halfway
 * through, and what reads it would be sent elsewhere.
 */
export async function preflightBuckets(config: Config): Promise<void> {
  const problems = (await Promise.all(namedBuckets(config).map((named) => regionProblem(named)))).filter((text) => text !== undefined);
  if (problems.length > 0) throw new pulumi.RunError(`A bucket is elsewhere; nothing was changed.\n${problems.join("\n")}`);
}

/** S3 tells anybody the region of any bucket, by a header of whatever it answers. A bucket that isn't there yet, or a look that fails, is no problem. */
export async function regionProblem({ bucket, path, region }: NamedBucket, endpoint = `https://s3.${region}.amazonaws.com`): Promise<string | undefined> {
  try {
    const answer = await fetch(`${endpoint}/${bucket}`, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(5000) });
    const actual = answer.headers.get("x-amz-bucket-region");
    if (answer.status === 404 || actual === null || actual === region) return undefined;
    return `  slipway:${path}: ${region} is not where bucket ${bucket} is; set it to ${actual}, or name another bucket`;
  } catch {
    // A preview on a machine without a way to AWS goes on.
    return undefined;
  }
}
