import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import { allowDns, denyAll } from "./policies.ts";
import type { NamespaceQuota } from "./quota.ts";
import { limitRangeSpec, quotaProblems, quotaSpec } from "./quota.ts";

export interface ServiceNamespaceArgs {
  /** Name of the namespace. Defaults to the component's name. A change makes all that is in it anew, volumes included. */
  namespace?: string;
  /** Labels for the namespace and what the component puts into it. */
  labels?: Record<string, string>;
  /** Annotations likewise. */
  annotations?: Record<string, string>;
  /** Upper bound of what all pods of the namespace may ask for. Defaults to none. A pod over it is refused, running ones stay. */
  quota?: NamespaceQuota;
  /**
   * Keeps the namespace, and with it every volume, when the stack is destroyed, and makes Pulumi refuse the destruction until the
   * protection is lifted. Defaults to false.
   */
  protect?: boolean;
  /**
   * Version of the Pod Security Standard that is enforced. Defaults to `v1.34`: pinned, so that an upgrade of the cluster
   * can't refuse pods that were admitted the day before.
   */
  podSecurityVersion?: string;
}

/**
 * A namespace in which nothing is allowed that was not asked for: pods must meet the Pod Security Standard `restricted`, no
 * packet comes in or goes out but DNS, and a container without requests gets small ones.
 */
export class ServiceNamespace extends pulumi.ComponentResource {
  /** Name of the namespace. Resolves once its policies are in place, so what is put into it starts behind them. */
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: ServiceNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:ServiceNamespace", name, {}, opts);
    refuse("ServiceNamespace", name, quotaProblems(args.quota));
    const labels = { ...args.labels, "app.kubernetes.io/managed-by": "pulumi" };
    const metadata = {
      name: args.namespace ?? name,
      labels: { ...labels, ...podSecurityLabels(args.podSecurityVersion ?? "v1.34") },
      annotations: args.annotations,
    };
    const namespace = new k8s.core.v1.Namespace(name, { metadata }, { parent: this, protect: args.protect, retainOnDelete: args.protect });

    const child = { parent: this };
    const within = (object: string) => ({ name: object, namespace: namespace.metadata.name, labels, annotations: args.annotations });
    const guards = [
      new k8s.networking.v1.NetworkPolicy(`${name}-default-deny`, { metadata: within("default-deny"), spec: denyAll }, child),
      new k8s.networking.v1.NetworkPolicy(`${name}-allow-dns`, { metadata: within("allow-dns"), spec: allowDns }, child),
      new k8s.core.v1.LimitRange(`${name}-limits`, { metadata: within("container-defaults"), spec: limitRangeSpec }, child),
    ];
    if (args.quota) new k8s.core.v1.ResourceQuota(`${name}-quota`, { metadata: within("quota"), spec: quotaSpec(args.quota) }, child);

    this.name = pulumi.all([namespace.metadata.name, ...guards.map((guard) => guard.id)]).apply(([metadataName]) => metadataName!);
    this.registerOutputs({ name: this.name });
  }
}

function podSecurityLabels(version: string): Record<string, string> {
  const modes = ["enforce", "audit", "warn"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, "restricted"],
    [`pod-security.kubernetes.io/${mode}-version`, version],
  ]);
  return Object.fromEntries(modes);
}
