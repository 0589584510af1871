import type { Manifest } from "../../plan/resource.ts";
import type { KubernetesObject } from "../cluster.ts";
import { type Amount, requestsOf } from "./amounts.ts";

/** Pods alike that a stack wants at once. */
export interface PlannedPods {
  /** Such as `Deployment links`. */
  title: string;
  requests: Amount;
  /** Replicas at least. */
  least: number;
  /** As many as the autoscaler may make. */
  most: number;
  /** Whether a rollout has one more of them for a while. */
  surges: boolean;
}

/** What lasts. */
export function plannedPods(manifests: readonly Manifest[]): PlannedPods[] {
  return manifests
    .filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet")
    .map(({ kind, metadata, spec }) => {
      const scaler = manifests.find((other) => other.kind === "HorizontalPodAutoscaler" && other.spec.scaleTargetRef.name === metadata.name)?.spec;
      const replicas = spec.replicas ?? 1;
      return {
        title: `${kind} ${metadata.name}`,
        requests: requestsOf(spec.template.spec),
        least: scaler?.minReplicas ?? replicas,
        most: scaler?.maxReplicas ?? replicas,
        surges: kind === "Deployment" && spec.strategy?.type !== "Recreate",
      };
    });
}

/** What runs to its end, by schedule or in an update: one pod of each at a time. */
export function plannedRuns(manifests: readonly Manifest[]): PlannedPods[] {
  return manifests
    .filter(({ kind }) => kind === "CronJob" || kind === "Job")
    .map(({ kind, metadata, spec }) => {
      const { template } = kind === "CronJob" ? spec.jobTemplate.spec : spec;
      return { title: `${kind} ${metadata.name}`, requests: requestsOf(template.spec), least: 1, most: 1, surges: false };
    });
}

/** Whether a pod in the cluster is one of what is planned, by the label that no two workloads of a namespace share. */
export function isPlanned(manifests: readonly Manifest[]): (pod: KubernetesObject) => boolean {
  const own = new Set(
    manifests.filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet").map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  );
  return ({ metadata }) => own.has(`${metadata.namespace}/${metadata.labels?.["app.kubernetes.io/instance"]}`);
}
