import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import { autonamed, identityOf } from "../kubernetes/identity.ts";
import type { ClientAccess } from "./aws-access.ts";
import type { BackupBucketArgs } from "./backup-bucket.ts";

export interface Bindings {
  writer: ServiceBinding;
  reader: ServiceBinding;
  drill: ServiceBinding;
}

/** The same place for each kind of client, each with its own login. */
export function bindingsOf(
  name: string,
  args: BackupBucketArgs,
  endpoint: ServiceBinding,
  access: Record<keyof Bindings, ClientAccess>,
  parent: pulumi.Resource,
): Bindings {
  const identity = identityOf(name, "backup-bucket", "object-store", args);
  const login = (as: string, { key, accountAnnotations }: ClientAccess, namespace: pulumi.Input<string>): ServiceBinding => {
    const binding: ServiceBinding = { ...endpoint, name: as, accountAnnotations };
    if (!key) return binding;
    // In the client's namespace: a pod can't mount the Secret of another.
    const metadata = { ...autonamed(identity), namespace };
    const secret = new k8s.core.v1.Secret(`${as}-key`, { metadata, stringData: key }, { parent });
    return { ...binding, secretName: secret.metadata.name, secretFiles: ["access-key-id", "secret-access-key"] };
  };
  return {
    writer: login(name, access.writer, args.namespace),
    reader: login(`${name}-reader`, access.reader, args.namespace),
    drill: login(`${name}-drill`, access.drill, args.drillNamespace ?? args.namespace),
  };
}
