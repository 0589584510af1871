import type { KubernetesObject } from "../cluster.ts";

/** Ready, and not on its way out. */
export function isServing({ metadata, status }: KubernetesObject): boolean {
  return !metadata.deletionTimestamp && (status?.conditions ?? []).some((one: KubernetesObject) => one.type === "Ready" && one.status === "True");
}
