import { expect, test } from "vitest";
import { ExistingBucket, type ExistingBucketArgs } from "./existing-bucket.ts";

const args: ExistingBucketArgs = { namespace: "links", bucket: "links-backups" };

test.each<[string, Partial<ExistingBucketArgs>, RegExp]>([
  ["an address that is none", { endpoint: "s3.example.org" }, /endpoint "s3\.example\.org" is no address; write it as https:\/\/s3\.example\.org/],
  ["a bucket with a path", { bucket: "links/backups" }, /bucket "links\/backups" is no bucket's name/],
  ["a prefix with a slash", { prefix: "backups/" }, /prefix "backups\/" begins or ends with a slash; write it as backups/],
])("refuses %s", (_, change, message) => expect(() => new ExistingBucket("source", { ...args, ...change })).toThrow(message));
