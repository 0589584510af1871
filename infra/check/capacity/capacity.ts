import { bad, type Check, type Finding, good, warning } from "../finding.ts";
import { type Amount, amountText, nothing, plus } from "./amounts.ts";
import { type FreeNode, freeNodes, nodeFindings } from "./nodes.ts";
import { firstWithoutPlace } from "./placing.ts";
import { isPlanned, type PlannedPods, plannedPods, plannedRuns } from "./pods.ts";
import { storageFindings } from "./storage.ts";

export const capacity: Check = {
  name: "capacity",
  asks: "do nodes and storage have room for the stack, and for one rollout",
  async ask(subject) {
    const cluster = await subject.cluster();
    const [nodes, pods] = await Promise.all([cluster.list("/api/v1/nodes"), cluster.list("/api/v1/pods")]);
    const free = freeNodes(nodes, pods, isPlanned(subject.manifests));
    return [
      ...nodeFindings(nodes),
      ...roomFindings(plannedPods(subject.manifests), free),
      ...runFindings(plannedPods(subject.manifests), plannedRuns(subject.manifests), free),
      ...(await storageFindings(subject, cluster)),
    ];
  },
};

const sum = (groups: readonly PlannedPods[], count: (group: PlannedPods) => number): Amount =>
  groups.flatMap((group) => Array.from({ length: count(group) }, () => group.requests)).reduce(plus, nothing);

/** Room for the least replicas, for a rollout of each at a time, and for the most that the autoscaler may make. */
export function roomFindings(groups: readonly PlannedPods[], nodes: readonly FreeNode[]): Finding[] {
  const there = nodes.map(({ free }) => free).reduce(plus, nothing);
  const sizes = `Requests of ${amountText(sum(groups, least))} meet ${amountText(there)} free on ${nodes.length} ${nodes.length === 1 ? "node" : "nodes"}`;
  const missing = firstWithoutPlace(groups, least, nodes);
  if (missing) {
    return [
      bad(
        `${sizes}: a pod of ${missing.title}, with ${amountText(missing.requests)}, fits on none.`,
        "Add a node, or lower resources or replicas in the stack's config. Nodes that a cluster autoscaler would add are not counted here: with one, skip this check.",
      ),
    ];
  }
  const rolling = groups.filter(({ surges }) => surges).find((group) => firstWithoutPlace(groups, (one) => least(one) + (one === group ? 1 : 0), nodes));
  const growing = firstWithoutPlace(groups, ({ most }) => most, nodes);
  return [
    good(`${sizes}.`),
    ...(rolling
      ? [
          bad(
            `A rollout of ${rolling.title} needs one pod more, and there is no room for it: the rollout would stand still.`,
            "Add a node, or lower resources or replicas.",
          ),
        ]
      : []),
    ...(growing
      ? [
          warning(
            `At its most replicas the stack requests ${amountText(sum(groups, ({ most }) => most))}, and a pod of ${growing.title} fits on no node.`,
            "Under load the autoscaler stops there. Add nodes or let a cluster autoscaler do it, or lower the most replicas, so that they promise what can be kept.",
          ),
        ]
      : []),
  ];
}

/** Room for each of the jobs, beside all that lasts: a drill without any never runs, and nobody sees it fail. */
export function runFindings(groups: readonly PlannedPods[], runs: readonly PlannedPods[], nodes: readonly FreeNode[]): Finding[] {
  if (firstWithoutPlace(groups, least, nodes)) return [];
  return runs
    .filter((run) => firstWithoutPlace([...groups, run], least, nodes))
    .map(({ title, requests }) =>
      bad(`${title} needs ${amountText(requests)} for a while, and no node has that left.`, "Add a node, or lower its resources in the stack's config."),
    );
}

const least = ({ least }: PlannedPods) => least;
