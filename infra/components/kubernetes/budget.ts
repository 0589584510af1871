import type * as k8s from "@pulumi/kubernetes";
import { type Identity, named, selectorLabels } from "./identity.ts";

/**
 * At most one pod away at a time. Never `minAvailable`: with a single pod it would block every drain of its node for ever.
 * A pod that is already broken may always be evicted, or it would hold up the drain that could mend it.
 */
export function disruptionBudget(identity: Identity): k8s.policy.v1.PodDisruptionBudgetArgs {
  return {
    metadata: named(identity),
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: selectorLabels(identity) },
    },
  };
}
