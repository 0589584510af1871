import type * as k8s from "@pulumi/kubernetes";
import { namespacePeer } from "../components/kubernetes/network.ts";

type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Ingress = k8s.types.input.networking.v1.NetworkPolicyIngressRule;
type Egress = k8s.types.input.networking.v1.NetworkPolicyEgressRule;

/** What some pods of an add-on's namespace may do beside asking for names; all else is denied. */
export interface Opening {
  /** Labels of the pods. Empty: every pod of the namespace. */
  pods: Record<string, string>;
  from?: Ingress[];
  to?: Egress[];
}

export function ports(...numbers: number[]): { port: number; protocol: string }[] {
  return numbers.map((port) => ({ port, protocol: "TCP" }));
}

/** Pods of a namespace, all of them without labels. */
export function podsIn(namespace: string, labels?: Record<string, string>): Peer {
  return labels ? { ...namespacePeer(namespace), podSelector: { matchLabels: labels } } : namespacePeer(namespace);
}

/** Pods of the same namespace. */
export function neighbors(labels: Record<string, string>): Peer {
  return { podSelector: { matchLabels: labels } };
}

/** Pods of every namespace, but no address outside the cluster. */
export const everyPod: Peer = { namespaceSelector: {} };

/**
 * The API server, which is no pod and can't be selected. Without its addresses the rule names none at all: network plugins take a range
 * of all addresses for the world outside, and some leave the control plane out of it.
 */
export function toApiServer(cidrs: readonly string[] | undefined): Egress {
  return { ...(cidrs && { to: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }), ports: ports(443, 6443) };
}

/** Calls of the API server to a webhook or an aggregated API. They come from addresses that differ from those it answers at, by TLS and with its own client certificate. */
export function fromApiServer(port: number): Ingress {
  return { ports: ports(port) };
}

/** Anybody, pods and the world. */
export function fromAnywhere(...numbers: number[]): Ingress {
  return { ports: ports(...numbers) };
}

export function toAnywhere(...numbers: number[]): Egress {
  return { ports: ports(...numbers) };
}

export function policySpec({ pods, from, to }: Opening): k8s.types.input.networking.v1.NetworkPolicySpec {
  const directions = [...(from ? ["Ingress"] : []), ...(to ? ["Egress"] : [])];
  return { podSelector: { matchLabels: pods }, policyTypes: directions, ...(from && { ingress: from }), ...(to && { egress: to }) };
}
