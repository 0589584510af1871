import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { Monitoring } from "../component-args.ts";
import { autonamed, type Identity, named } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { allowScraping } from "../kubernetes/scrape.ts";

/** What pods of a workload need to be there before them. */
export interface Surroundings {
  secrets?: Record<string, pulumi.Input<string>>;
  uses: readonly ServiceBinding[];
  monitoring?: Monitoring;
  internalPort: number;
}

/** What pods are made from, and after. */
export interface MadeSurroundings {
  /** Name of the Secret, if there is one. */
  secrets: pulumi.Output<string> | undefined;
  /** What must be there before the first pod: without its account the API server refuses it. */
  first: pulumi.Resource[];
}

/** Makes the account, the policies at both ends and the Secret. */
export function makeSurroundings(
  identity: Identity,
  { secrets, uses, monitoring, internalPort }: Surroundings,
  opts: pulumi.CustomResourceOptions,
): MadeSurroundings {
  const { name } = identity;
  const secret =
    secrets && Object.keys(secrets).length > 0
      ? new k8s.core.v1.Secret(`${name}-secrets`, { metadata: autonamed(identity), stringData: secrets }, opts)
      : undefined;
  const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: named(identity), automountServiceAccountToken: false }, opts);
  new k8s.networking.v1.NetworkPolicy(`${name}-policy`, workloadPolicy(identity, allowScraping(monitoring, internalPort), uses), opts);
  admitClient(identity, uses, opts);
  return { secrets: secret?.metadata.name, first: [account] };
}
