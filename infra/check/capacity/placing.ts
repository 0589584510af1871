import { fits, minus } from "./amounts.ts";
import type { FreeNode } from "./nodes.ts";
import type { PlannedPods } from "./pods.ts";

/**
 * Puts pods on nodes, the largest first, each where most is left, and names the first that fits nowhere. A sum over all nodes would say
 * yes where each of them has a little left. Affinity is not looked at: ours prefers and never demands.
 */
export function firstWithoutPlace(groups: readonly PlannedPods[], count: (group: PlannedPods) => number, nodes: readonly FreeNode[]): PlannedPods | undefined {
  const left = nodes.map((node) => ({ ...node }));
  for (const group of groups.toSorted((a, b) => b.requests.memory - a.requests.memory || b.requests.cpu - a.requests.cpu)) {
    for (let placed = 0; placed < count(group); placed++) {
      const node = left.filter(({ free, pods }) => pods > 0 && fits(group.requests, free)).sort((a, b) => b.free.memory - a.free.memory)[0];
      if (!node) return group;
      node.free = minus(node.free, group.requests);
      node.pods -= 1;
    }
  }
  return undefined;
}
