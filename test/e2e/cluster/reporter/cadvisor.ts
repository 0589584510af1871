import type { ApiObject } from "./samples.ts";

/**
 * cAdvisor's text with the labels `namespace`, `pod`, `container` and `image` where a container's are empty: a kubelet whose containerd speaks
 * an older protocol knows a container's cgroup, which ends in its ID, but not whose it is. Times are left to the scrape.
 */
export function labelled(text: string, pods: readonly ApiObject[], namespaces: readonly string[]): string {
  const owners = new Map<string, string>();
  for (const { metadata, status } of pods) {
    for (const { containerID = "", name, image } of status.containerStatuses ?? []) {
      const id = containerID.replace(/^.*\/\//, "");
      owners.set(id, `container="${name}",namespace="${metadata.namespace}",pod="${metadata.name}",image="${image}"`);
    }
  }
  const wanted = new Set(namespaces);
  const lines = text.split("\n").flatMap((line) => {
    if (line.startsWith("#")) return /^# TYPE container_/.test(line) ? [line] : [];
    if (!line.startsWith("container_")) return [];
    const id = /\bid="[^"]*\/([0-9a-f]{64})"/.exec(line)?.[1];
    const owner = id === undefined ? undefined : owners.get(id);
    const timeless = line.replace(/(\} \S+) \d+$/, "$1");
    if (owner !== undefined)
      return [
        timeless
          .replace(/\b(container|namespace|pod|image)="[^"]*",?/g, "")
          .replace("{", `{${owner},`)
          .replace(",}", "}"),
      ];
    return wanted.has(/\bnamespace="([^"]*)"/.exec(line)?.[1] ?? "") ? [timeless] : [];
  });
  return `${lines.join("\n")}\n`;
}
