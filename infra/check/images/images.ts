import type { Manifest } from "../../plan/resource.ts";
import type { KubernetesObject } from "../cluster.ts";
import { bad, type Check, type Finding, good, warning } from "../finding.ts";
import { inRegistry } from "./registry.ts";

export const images: Check = {
  name: "images",
  asks: "is every image named by its digest, can it be had, and is it the one that runs",
  async ask(subject) {
    const { manifests, after, namespace } = subject;
    const cluster = await subject.cluster();
    const pods = (await subject.isUp()) ? await cluster.list(`/api/v1/namespaces/${namespace}/pods`) : [];
    const planned = plannedImages(manifests);
    const running = runningDigests(pods);
    const pinned = [...planned].filter(([image]) => digestOf(image) !== undefined);
    const findings = await Promise.all(pinned.map(([image, users]) => judge(image, users, running)));
    return [...unpinned(planned), ...findings.filter(({ status }) => status !== "good"), ...summary(findings), ...(after ? strays(manifests, pods) : [])];
  },
};

const summary = (findings: readonly Finding[]): Finding[] => {
  const count = findings.filter(({ status }) => status === "good").length;
  return count > 0 ? [good(`${count} ${count === 1 ? "image is" : "images are"} named by digest, and can be had.`)] : [];
};

/** Images of the plan, each with what uses it. What is built by up has no name before. */
export function plannedImages(manifests: readonly Manifest[]): Map<string, string[]> {
  const images = new Map<string, string[]>();
  for (const manifest of manifests) {
    const pod = manifest.spec?.jobTemplate?.spec.template.spec ?? manifest.spec?.template?.spec;
    for (const { image } of [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])]) {
      if (typeof image !== "string" || image.startsWith("[")) continue;
      const users = images.get(image) ?? [];
      const user = `${manifest.kind} ${manifest.metadata.name}`;
      images.set(image, users.includes(user) ? users : [...users, user]);
    }
  }
  return images;
}

const digestOf = (image: string) => /sha256:[0-9a-f]{64}/.exec(image)?.[0];

/** Digests that pods of the namespace run now: proof that the registry had them. */
function runningDigests(pods: readonly KubernetesObject[]): Set<string> {
  const statuses = pods.flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]);
  return new Set(statuses.flatMap(({ imageID = "" }: { imageID?: string }) => digestOf(imageID) ?? []));
}

/** Images without a digest, in one finding: they come from one list, and are mended there. */
export function unpinned(planned: ReadonlyMap<string, readonly string[]>): Finding[] {
  const open = [...planned.keys()].filter((image) => digestOf(image) === undefined);
  const floating = open.filter((image) => /^[^:@]*(:latest)?$/.test(image.split("/").at(-1)!));
  const mend = "Name them by digest: slipway:images, or slipway:image.reference for the service; docker buildx imagetools inspect <image> prints it.";
  const tagged = open.filter((image) => !floating.includes(image));
  return [
    ...floating.map((image) => bad(`${image}, of ${planned.get(image)!.join(", ")}, is another one tomorrow: it has neither version nor digest.`, mend)),
    ...(tagged.length > 0 ? [warning(`What runs is surely what was tested only with a digest; by tag alone are named ${tagged.join(", ")}.`, mend)] : []),
  ];
}

async function judge(image: string, users: readonly string[], running: ReadonlySet<string>): Promise<Finding> {
  const by = users.length > 2 ? `${users.slice(0, 2).join(", ")} and ${users.length - 2} more` : users.join(", ");
  if (running.has(digestOf(image)!)) return good(`${image} runs.`);
  const answer = await inRegistry(image);
  if (answer.found) return good(`${image} is in its registry.`);
  const mend = "Push it, or name one that is there. The node that pulls it must reach the registry and have a log-in where it wants one.";
  return answer.found === false
    ? bad(`${image}, of ${by}, is not in its registry: ${answer.says}.`, mend)
    : warning(`Whether ${image}, of ${by}, can be had is not known: ${answer.says}.`, mend);
}

/** Pods that run something else than what up has just planned. */
export function strays(manifests: readonly Manifest[], pods: readonly KubernetesObject[]): Finding[] {
  return manifests
    .filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet")
    .flatMap(({ kind, metadata, spec }) => {
      const wanted = new Set(spec.template.spec.containers.flatMap(({ image }: { image: string }) => digestOf(image) ?? []));
      const own = pods.filter((pod) => pod.metadata.labels?.["app.kubernetes.io/instance"] === metadata.name && !pod.metadata.deletionTimestamp);
      const others = own.filter((pod) => [...runningDigests([pod])].length > 0 && ![...wanted].every((digest) => runningDigests([pod]).has(digest as string)));
      if (wanted.size === 0 || others.length === 0) return [];
      return [
        bad(
          `${others.length} of ${own.length} pods of ${kind} ${metadata.name} run another image than planned.`,
          `Is the rollout still going on? kubectl --namespace ${metadata.namespace} rollout status ${kind.toLowerCase()} ${metadata.name}`,
        ),
      ];
    });
}
