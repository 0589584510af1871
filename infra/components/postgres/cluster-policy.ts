import type * as k8s from "@pulumi/kubernetes";
import type { Monitoring } from "../component-args.ts";
import { type Identity, named } from "../kubernetes/identity.ts";
import { allowFrom, namespacePeer } from "../kubernetes/network.ts";
import { allowScraping } from "../kubernetes/scrape.ts";
import { poolerPods } from "./pooler.ts";
import type { ClusterSpec } from "./spec.ts";

/** Labels that the operator gives to every server of a cluster. */
export const clusterPods = (name: string) => ({ "cnpg.io/cluster": name, "cnpg.io/podRole": "instance" });

/** Port at which a server tells the operator, and the other servers, how it is. */
const statusPort = 8000;
const postgresPort = 5432;
const metricsPort = 9187;

const tcp = (port: number) => ({ port, protocol: "TCP" });

/**
 * What the servers, and the Jobs by which the operator makes them, may do. They ask the API server who may write; clients are let in by
 * policies of their own.
 */
export function clusterPolicy(identity: Identity, cluster: ClusterSpec, monitoring: Monitoring | undefined): k8s.networking.v1.NetworkPolicyArgs {
  const { name } = identity;
  const all = { "cnpg.io/cluster": name };
  const neighbors = { podSelector: { matchLabels: all } };
  const poolers = cluster.pooler ? [{ podSelector: { matchLabels: poolerPods(identity) } }] : [];
  const apiServer = { ...(cluster.apiServerCidrs && { to: cluster.apiServerCidrs.map((cidr) => ({ ipBlock: { cidr } })) }), ports: [tcp(443), tcp(6443)] };
  return {
    metadata: named(identity),
    spec: {
      podSelector: { matchLabels: all },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { from: [neighbors], ports: [tcp(postgresPort), tcp(statusPort)] },
        ...(poolers.length > 0 ? [allowFrom(poolers, postgresPort)] : []),
        allowFrom([namespacePeer(cluster.operatorNamespace)], statusPort),
        ...allowScraping(monitoring, metricsPort),
      ],
      egress: [{ to: [neighbors], ports: [tcp(postgresPort), tcp(statusPort)] }, apiServer, ...archiveEgress(cluster)],
    },
  };
}

function archiveEgress({ archive }: ClusterSpec): k8s.types.input.networking.v1.NetworkPolicyEgressRule[] {
  if (!archive) return [];
  const to = archive.podSelector
    ? [{ ...namespacePeer(archive.namespace), podSelector: { matchLabels: archive.podSelector } }]
    : (archive.cidrs ?? []).map((cidr) => ({ ipBlock: { cidr } }));
  return [{ to, ports: [tcp(archive.port)] }];
}
