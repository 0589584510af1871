import { bytes, cpuMillis } from "../kubernetes/quantities.ts";

/** Sums over all pods of the namespace. */
export interface NamespaceQuota {
  /** Sum of CPU requests, such as `4`. */
  cpu: string;
  /** Sum of memory requests, such as `8Gi`. */
  memory: string;
  /** Number of pods. */
  pods: number;
}

export function quotaProblems(quota: NamespaceQuota | undefined): (string | false)[] {
  if (!quota) return [];
  return [
    !(cpuMillis(quota.cpu) > 0) && `quota.cpu "${quota.cpu}" is no CPU quantity; write it as 500m or 4.`,
    !(bytes(quota.memory) > 0) && `quota.memory "${quota.memory}" is no amount of memory; write it as 512Mi or 8Gi.`,
    !(Number.isInteger(quota.pods) && quota.pods > 0) && `quota.pods ${quota.pods} is no number of pods; give a whole number above 0.`,
  ];
}

export function quotaSpec(quota: NamespaceQuota) {
  return { hard: { "requests.cpu": quota.cpu, "requests.memory": quota.memory, pods: `${quota.pods}` } };
}

/** For containers that others bring in, such as cert-manager's solver; the library's own always say what they need. */
export const limitRangeSpec = {
  limits: [
    {
      type: "Container",
      defaultRequest: { cpu: "10m", memory: "64Mi", "ephemeral-storage": "32Mi" },
      default: { cpu: "250m", memory: "64Mi", "ephemeral-storage": "32Mi" },
    },
  ],
};
