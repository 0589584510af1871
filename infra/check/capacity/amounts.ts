import { formatCpu, formatMemory } from "../../components/kubernetes/quantities.ts";
import type { KubernetesObject } from "../cluster.ts";
import { quantity } from "./quantity.ts";

/** CPU in thousandths, memory in bytes. */
export interface Amount {
  cpu: number;
  memory: number;
}

export const nothing: Amount = { cpu: 0, memory: 0 };
export const plus = (a: Amount, b: Amount): Amount => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory });
export const minus = (a: Amount, b: Amount): Amount => ({ cpu: a.cpu - b.cpu, memory: a.memory - b.memory });
export const fits = (wanted: Amount, free: Amount) => wanted.cpu <= free.cpu && wanted.memory <= free.memory;
export const amountText = ({ cpu, memory }: Amount) => `${formatCpu(Math.max(0, Math.round(cpu)))} CPU and ${formatMemory(Math.max(0, memory))}`;

export function amountOf(list: Record<string, string | number> = {}): Amount {
  return { cpu: quantity(list.cpu ?? 0) * 1000, memory: quantity(list.memory ?? 0) };
}

/** What the scheduler sets aside for a pod: all that run together, or the largest of those that run before them, and sidecars with both. */
export function requestsOf({ containers = [], initContainers = [], overhead }: KubernetesObject): Amount {
  const request = ({ resources }: KubernetesObject) => amountOf(resources?.requests);
  const sidecars = initContainers
    .filter(({ restartPolicy }: KubernetesObject) => restartPolicy === "Always")
    .map(request)
    .reduce(plus, nothing);
  const together = containers.map(request).reduce(plus, sidecars);
  const first = initContainers
    .filter(({ restartPolicy }: KubernetesObject) => restartPolicy !== "Always")
    .map((one: KubernetesObject) => plus(request(one), sidecars));
  const most = [together, ...first].reduce((a: Amount, b: Amount) => ({ cpu: Math.max(a.cpu, b.cpu), memory: Math.max(a.memory, b.memory) }));
  return plus(most, amountOf(overhead));
}
