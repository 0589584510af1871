import type { KubernetesObject } from "../cluster.ts";
import { bad, type Finding, warning } from "../finding.ts";
import { type Amount, amountOf, minus, requestsOf } from "./amounts.ts";

/** A node that takes pods, and what it has left for them. */
export interface FreeNode {
  name: string;
  free: Amount;
  /** Pods that it may still take. */
  pods: number;
}

const taken = new Set(["Succeeded", "Failed"]);

/** What is free on the nodes that take pods of ours, once `own` pods, which the plan counts anew, are gone. */
export function freeNodes(nodes: readonly KubernetesObject[], pods: readonly KubernetesObject[], own: (pod: KubernetesObject) => boolean): FreeNode[] {
  return nodes.filter(takesPods).map(({ metadata, status }) => {
    const there = pods.filter(({ spec, status }) => spec.nodeName === metadata.name && !taken.has(status?.phase)).filter((pod) => !own(pod));
    const free = there.reduce((left, pod) => minus(left, requestsOf(pod.spec)), amountOf(status.allocatable));
    return { name: metadata.name, free, pods: Number(status.allocatable?.pods ?? 110) - there.length };
  });
}

/** Ready, not cordoned, and without a taint that none of our pods tolerates. */
function takesPods({ spec = {}, status }: KubernetesObject): boolean {
  const tainted = (spec.taints ?? []).some(({ effect }: { effect: string }) => effect === "NoSchedule" || effect === "NoExecute");
  return isReady(status) && !spec.unschedulable && !tainted;
}

const condition = (status: KubernetesObject, wanted: string) => status?.conditions?.find(({ type }: { type: string }) => type === wanted);
const isReady = (status: KubernetesObject) => condition(status, "Ready")?.status === "True";

/** Nodes that are lost or about to be. */
export function nodeFindings(nodes: readonly KubernetesObject[]): Finding[] {
  return nodes.flatMap(({ metadata, status }): Finding[] => {
    const look = `kubectl describe node ${metadata.name}`;
    if (!isReady(status)) return [bad(`Node ${metadata.name} is not ready: ${condition(status, "Ready")?.message ?? "it says nothing"}.`, look)];
    const pressure = ["MemoryPressure", "DiskPressure", "PIDPressure"].filter((type) => condition(status, type)?.status === "True");
    return pressure.map((type) => warning(`Node ${metadata.name} has ${type}: it evicts pods.`, look));
  });
}
