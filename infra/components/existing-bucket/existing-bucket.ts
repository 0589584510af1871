import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs } from "../component-args.ts";
import { autonamed, identityOf } from "../kubernetes/identity.ts";

/** A login of an S3 store. */
export interface AccessKey {
  /** Access key. A change restarts nothing: it is read by the next run. */
  id: pulumi.Input<string>;
  /** Its secret. */
  secret: pulumi.Input<string>;
}

export interface ExistingBucketArgs extends ComponentArgs {
  /** Name of the bucket. */
  bucket: string;
  /** Region of the bucket. Defaults to `us-east-1`, which stores outside AWS sign with. */
  region?: string;
  /** Address of the store, such as `https://s3.example.org`. Defaults to AWS in that region. */
  endpoint?: string;
  /** What every key begins with. Defaults to `backups`, as of a `BackupBucket`. */
  prefix?: string;
  /** Who reads it. Left out, pods need a role of their own, by EKS Pod Identity. */
  accessKey?: AccessKey;
}

/** A bucket that another stack owns, to restore from: nothing is made in it, and nothing of it is deleted. */
export class ExistingBucket extends pulumi.ComponentResource {
  /** For what reads backups; like the `readerBinding` of a `BackupBucket`. */
  readonly readerBinding: ServiceBinding;

  constructor(name: string, args: ExistingBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:ExistingBucket", name, {}, opts);
    const { bucket, region = "us-east-1", endpoint = `https://s3.${region}.amazonaws.com`, prefix = "backups", accessKey } = args;
    refuse("ExistingBucket", name, [
      !URL.canParse(endpoint) && `endpoint ${JSON.stringify(endpoint)} is no address; write it as https://s3.example.org.`,
      !/^[A-Za-z0-9._-]{3,63}$/.test(bucket) && `bucket ${JSON.stringify(bucket)} is no bucket's name; use 3 to 63 letters, digits, ., _ and -.`,
      prefix.startsWith("/") || prefix.endsWith("/") ? `prefix ${JSON.stringify(prefix)} begins or ends with a slash; write it as backups.` : undefined,
    ]);
    const address = new URL(endpoint);
    const identity = identityOf(name, "existing-bucket", "object-store", args);
    const place: ServiceBinding = {
      name,
      namespace: args.namespace,
      host: address.hostname,
      port: Number(address.port || (address.protocol === "https:" ? 443 : 80)),
      // A store has many changing addresses, which a NetworkPolicy can't name.
      cidrs: ["0.0.0.0/0"],
      settings: { bucket, endpoint: address.origin, prefix, region },
    };
    const key =
      accessKey &&
      new k8s.core.v1.Secret(
        `${name}-key`,
        { metadata: autonamed(identity), stringData: { "access-key-id": accessKey.id, "secret-access-key": accessKey.secret } },
        { parent: this },
      );
    this.readerBinding = key
      ? { ...place, secretName: key.metadata.name, secretFiles: ["access-key-id", "secret-access-key"] }
      : { ...place, alsoReaches: [{ cidrs: ["169.254.170.23/32"], port: 80 }] };
    this.registerOutputs({ readerBinding: this.readerBinding });
  }
}
