import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import { secretFilePath } from "../kubernetes/pod.ts";

type Variables = Record<string, pulumi.Input<string> | undefined>;

/** What a program in a pod is told of its database: what `connectionFrom` reads. */
export function databaseVariables(database: ServiceBinding): Variables {
  const trusted = database.secretFiles?.includes("ca.crt");
  return {
    CA_FILE: trusted ? secretFilePath(database, "ca.crt") : undefined,
    PASSWORD_FILE: secretFilePath(database, "password"),
    PGDATABASE: database.settings?.database,
    PGHOST: database.host,
    PGPORT: `${database.port}`,
    PGUSER: database.settings?.username,
  };
}

/** The bucket's bindings of a program: each with its own identity. */
export interface BucketIdentities {
  writer?: ServiceBinding;
  reader?: ServiceBinding;
}

/** What a program in a pod is told of its bucket: what `writerStore` and `readerStore` read. */
export function bucketVariables({ writer, reader }: BucketIdentities): Variables {
  const { bucket, endpoint, expireDays, kmsKey, prefix, region } = (writer ?? reader)?.settings ?? {};
  return {
    BUCKET: bucket,
    ENDPOINT: endpoint,
    EXPIRE_DAYS: expireDays,
    // Only who stores names the key.
    KMS_KEY: writer && kmsKey,
    PREFIX: prefix,
    READER_ACCESS_KEY_DIRECTORY: keyDirectory(reader),
    REGION: region,
    WRITER_ACCESS_KEY_DIRECTORY: keyDirectory(writer),
  };
}

/** None for an identity that comes from the platform. */
function keyDirectory(binding: ServiceBinding | undefined): string | undefined {
  return binding?.secretName === undefined ? undefined : secretFilePath(binding, "").replace(/\/$/, "");
}
