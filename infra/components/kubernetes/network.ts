import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ServiceBinding } from "../binding.ts";
import { type Identity, named, selectorLabels } from "./identity.ts";

type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Ingress = k8s.types.input.networking.v1.NetworkPolicyIngressRule;
type Egress = k8s.types.input.networking.v1.NetworkPolicyEgressRule;

/** All pods of a namespace, found by the name label that the API server itself keeps. */
export function namespacePeer(namespace: pulumi.Input<string>): Peer {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
}

function podPeer(namespace: pulumi.Input<string>, podSelector: Record<string, string>): Peer {
  return { ...namespacePeer(namespace), podSelector: { matchLabels: podSelector } };
}

const addressPeers = (cidrs: readonly string[]) => cidrs.map((cidr): Peer => ({ ipBlock: { cidr } }));
const tcp = (port: number) => ({ port, protocol: "TCP" });

export function allowFrom(peers: Peer[], port: number): Ingress {
  return { from: peers, ports: [tcp(port)] };
}

function allowTo(binding: ServiceBinding): Egress[] {
  // A rule without peers is a rule for all peers: it would open the port to the whole internet.
  refuse("ServiceBinding", binding.name, [
    !binding.podSelector && !binding.cidrs?.length && "has neither podSelector nor cidrs; say which pods answer, or at which addresses.",
  ]);
  const to = binding.podSelector ? [podPeer(binding.namespace, binding.podSelector)] : addressPeers(binding.cidrs ?? []);
  const more = (binding.alsoReaches ?? []).map(({ cidrs, port }) => ({ to: addressPeers(cidrs), ports: [tcp(port)] }));
  return [{ to, ports: [tcp(binding.port)] }, ...more];
}

/** The one policy of a workload: who may reach it, and what it may reach. Anything not listed is closed in both directions. */
export function workloadPolicy(identity: Identity, ingress: Ingress[], uses: readonly ServiceBinding[]): k8s.networking.v1.NetworkPolicyArgs {
  return {
    metadata: named(identity),
    spec: {
      podSelector: { matchLabels: selectorLabels(identity) },
      policyTypes: ["Ingress", "Egress"],
      ingress,
      egress: uses.flatMap(allowTo),
    },
  };
}

/**
 * Opens the far end of each binding to a workload. The client makes these policies, not the server: a server that listed its
 * clients would have to exist after them.
 */
export function admitClient(client: Identity, uses: readonly ServiceBinding[], opts: pulumi.CustomResourceOptions): void {
  for (const binding of uses) {
    // A policy in the namespace of another stack would close, to everybody else, what that stack has left open.
    if (!binding.podSelector || binding.admitsClients) continue;
    const name = `${binding.name}-from-${client.name}`;
    new k8s.networking.v1.NetworkPolicy(
      name,
      {
        metadata: { ...named(client, name), namespace: binding.namespace },
        spec: {
          podSelector: { matchLabels: binding.podSelector },
          policyTypes: ["Ingress"],
          ingress: [allowFrom([podPeer(client.namespace, selectorLabels(client))], binding.port)],
        },
      },
      opts,
    );
  }
}
