import { type CommandOptions, output } from "./command.ts";

/** As much of an object's shape as the tests read. */
// biome-ignore lint/suspicious/noExplicitAny: kubectl's JSON of any kind; a wrong path fails the test that reads it.
export type KubernetesObject = any;

export function kubectl(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return output(["kubectl", ...args], options);
}

export async function get(namespace: string, ...args: string[]): Promise<KubernetesObject> {
  return JSON.parse(await kubectl(["--namespace", namespace, "get", ...args, "--output=json"]));
}

export async function list(namespace: string, ...args: string[]): Promise<KubernetesObject[]> {
  return (await get(namespace, ...args)).items;
}

/** Pods of a workload that serve: ready, and not on their way out. */
export async function servingPods(namespace: string, instance: string): Promise<KubernetesObject[]> {
  const pods = await list(namespace, "pods", `--selector=app.kubernetes.io/instance=${instance}`);
  return pods.filter((pod) => !pod.metadata.deletionTimestamp && isReady(pod));
}

export function isReady(pod: KubernetesObject): boolean {
  return (pod.status.conditions ?? []).some((condition: KubernetesObject) => condition.type === "Ready" && condition.status === "True");
}

/** Runs a script of Node inside a pod whose image has Node; the script prints JSON. */
export async function nodeIn(namespace: string, pod: string, script: string): Promise<KubernetesObject> {
  return JSON.parse(await kubectl(["--namespace", namespace, "exec", pod, "--", "node", "--input-type=module", "--eval", script]));
}

/** Asks until the answer is neither undefined nor false; an error counts as not yet, and is told at the end. */
export async function eventually<T>(what: string, seconds: number, ask: () => Promise<T | undefined | false>, pauseSeconds = 1): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown = "never true";
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = "never true";
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s (${last})`);
    await new Promise((resolve) => setTimeout(resolve, pauseSeconds * 1000));
  }
}
