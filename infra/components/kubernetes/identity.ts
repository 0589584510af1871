import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../component-args.ts";

/** Who an object is: the workload it belongs to, and what every object of it carries. */
export interface Identity extends ComponentArgs {
  /** Name of the workload. The label `app.kubernetes.io/instance` equals it. */
  name: string;
  /** What runs: `postgres`, `redis`, `web-service`. The label `app.kubernetes.io/name`. */
  kind: string;
  /** Its part in the whole: `database`, `cache`, `web`. The label `app.kubernetes.io/component`. */
  component: string;
}

export function identityOf(name: string, kind: string, component: string, args: ComponentArgs): Identity {
  return { name, kind, component, namespace: args.namespace, labels: args.labels, annotations: args.annotations };
}

/** A second workload of the same component, such as its exporter or a Job: its own name, so that no selector catches both. */
export function part(identity: Identity, suffix: string, component: string): Identity {
  return { ...identity, name: `${identity.name}-${suffix}`, kind: `${identity.kind}-${suffix}`, component };
}

/** The only labels a selector holds. A selector can't be changed, so nothing that ever changes may be among them. */
export function selectorLabels(identity: Identity): Record<string, string> {
  return { "app.kubernetes.io/name": identity.kind, "app.kubernetes.io/instance": identity.name };
}

export function labelsOf(identity: Identity): Record<string, string> {
  return {
    ...identity.labels,
    ...selectorLabels(identity),
    "app.kubernetes.io/component": identity.component,
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

export interface Metadata {
  name?: string;
  namespace: pulumi.Input<string>;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
}

/** Metadata of a workload, Service or policy: named as the component is, so that people and DNS find it. */
export function named(identity: Identity, name = identity.name): Metadata {
  return { name, ...autonamed(identity) };
}

/** Metadata of a Secret, ConfigMap or Job: Pulumi names it anew when its content changes, and so rolls what reads it. */
export function autonamed(identity: Identity): Metadata {
  const metadata: Metadata = { namespace: identity.namespace, labels: labelsOf(identity) };
  if (identity.annotations) metadata.annotations = identity.annotations;
  return metadata;
}
