import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ServiceNamespace } from "../components/index.ts";
import { type Opening, policySpec } from "./policies.ts";

export interface AddonNamespaceArgs {
  namespace: string;
  /** What is open in it, by name of the policy. */
  openings: Readonly<Record<string, Opening>>;
  /** Why its pods can't meet the Pod Security Standard `restricted`. Defaults to: they can. */
  privileged?: string;
}

/** A namespace with the library's hardening, and the openings that its add-on needs. */
export class AddonNamespace extends pulumi.ComponentResource {
  /** Name of the namespace. Resolves once all policies stand: charts run Jobs before anything else. */
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: AddonNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway-platform:index:AddonNamespace", name, {}, opts);
    const { namespace, openings, privileged } = args;
    const annotations = privileged === undefined ? undefined : { "slipway/privileged-because": privileged };
    const transforms = privileged === undefined ? undefined : [withoutPodSecurity];
    const made = new ServiceNamespace(name, { namespace, annotations }, { parent: this, transforms });
    const policies = Object.entries(openings).map(([policy, opening]) => {
      const metadata = { name: policy, namespace: made.name, labels: { "app.kubernetes.io/managed-by": "pulumi" } };
      return new k8s.networking.v1.NetworkPolicy(`${name}-${policy}`, { metadata, spec: policySpec(opening) }, { parent: this });
    });
    this.name = pulumi.all([made.name, ...policies.map(({ id }) => id)]).apply(([resolved]) => resolved!);
    this.registerOutputs({ name: this.name });
  }
}

/** The standard is told still, as a warning, and enforced no longer. */
const withoutPodSecurity: pulumi.ResourceTransform = ({ type, props, opts }) => {
  if (type !== "kubernetes:core/v1:Namespace") return undefined;
  const labels = { ...props.metadata.labels, "pod-security.kubernetes.io/enforce": "privileged" };
  return { props: { ...props, metadata: { ...props.metadata, labels } }, opts };
};
