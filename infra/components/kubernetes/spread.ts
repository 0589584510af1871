import { type Identity, selectorLabels } from "./identity.ts";

/**
 * Spreads replicas over nodes and zones. All of it is a preference: on a cluster of one node a demand would leave the second
 * replica pending for ever.
 */
export function spread(identity: Identity) {
  const labelSelector = { matchLabels: selectorLabels(identity) };
  const constraint = (topologyKey: string) => ({ maxSkew: 1, topologyKey, whenUnsatisfiable: "ScheduleAnyway", labelSelector });
  return {
    topologySpreadConstraints: [constraint("kubernetes.io/hostname"), constraint("topology.kubernetes.io/zone")],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector } }],
      },
    },
  };
}
