import type * as k8s from "@pulumi/kubernetes";
import { type Identity, named } from "../kubernetes/identity.ts";
import type { WebServiceSpec } from "./spec.ts";

/** How many replicas, and when more. */
export interface Scaling {
  /** Fewest replicas. Defaults to 2, so that one may leave at any time. */
  minReplicas?: number;
  /** Most replicas. Defaults to 4. */
  maxReplicas?: number;
  /** CPU in use, in percent of the request, above which replicas are added. Defaults to 75. */
  cpuPercent?: number;
  /** Memory in use, in percent of the request, above which replicas are added. Defaults to 85. */
  memoryPercent?: number;
}

export function scalingProblems({ minReplicas, maxReplicas, cpuPercent, memoryPercent }: Required<Scaling>): (string | false)[] {
  const percent = (argument: string, value: number) =>
    !(value >= 1 && value <= 100) && `scaling.${argument} ${value} is out of bounds: percent of the request; give 1 to 100.`;
  return [
    !(Number.isInteger(minReplicas) && minReplicas >= 1) && `scaling.minReplicas ${minReplicas} is no number of replicas; give a whole number from 1.`,
    !(Number.isInteger(maxReplicas) && maxReplicas >= minReplicas) &&
      `scaling.maxReplicas ${maxReplicas} is below minReplicas ${minReplicas}; raise it to at least ${minReplicas}.`,
    percent("cpuPercent", cpuPercent),
    percent("memoryPercent", memoryPercent),
  ];
}

export function horizontalAutoscaler(identity: Identity, { scaling }: WebServiceSpec): k8s.autoscaling.v2.HorizontalPodAutoscalerArgs {
  const metric = (name: string, averageUtilization: number) => ({
    type: "Resource",
    resource: { name, target: { type: "Utilization", averageUtilization } },
  });
  return {
    metadata: named(identity),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: identity.name },
      minReplicas: scaling.minReplicas,
      maxReplicas: scaling.maxReplicas,
      metrics: [metric("cpu", scaling.cpuPercent), metric("memory", scaling.memoryPercent)],
      behavior: {
        // Up at once, at most double in fifteen seconds: a wave is met, a spike of the metric does not fill the cluster.
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: "Max",
          policies: [
            { type: "Percent", value: 100, periodSeconds: 15 },
            { type: "Pods", value: 2, periodSeconds: 15 },
          ],
        },
        // Down slowly: the next wave often follows within minutes.
        scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: "Min", policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
      },
    },
  };
}
