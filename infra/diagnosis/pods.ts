import { kubeConfig } from "../preflight/cluster.ts";

/** Why a container does not run, and its last words. */
export interface FailedPod {
  pod: string;
  container: string;
  /** Kubernetes' own word and what goes with it, such as `ImagePullBackOff` or `exit code 1`. */
  reason: string;
  /** The end of its log, or what it left in /dev/termination-log. */
  message?: string;
}

/** The parts of a pod's status that say so. */
export interface PodStatus {
  metadata?: { name?: string };
  status?: {
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
    conditions?: { type: string; status: string; message?: string }[];
  };
}
interface ContainerStatus {
  name: string;
  ready?: boolean;
  state?: { waiting?: { reason?: string; message?: string }; terminated?: Termination };
  lastState?: { terminated?: Termination };
}
interface Termination {
  exitCode: number;
  reason?: string;
  message?: string;
}

/** The failed pods of an object that runs pods, found as its controller finds them. */
export async function failedPods(context: string | undefined, object: Record<string, unknown>): Promise<FailedPod[]> {
  const { kind, metadata, spec } = object as {
    kind: string;
    metadata: { name: string; namespace: string };
    spec: { selector?: { matchLabels?: Record<string, string> } };
  };
  const labels = kind === "Job" ? { "batch.kubernetes.io/job-name": metadata.name } : (spec.selector?.matchLabels ?? {});
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const { items } = await (await kubeConfig(context)).makeApiClient(CoreV1Api).listNamespacedPod({ namespace: metadata.namespace, labelSelector });
  return distinct(items.flatMap((pod) => failuresOf(pod as PodStatus)));
}

export function failuresOf({ metadata, status }: PodStatus): FailedPod[] {
  const pod = metadata?.name ?? "";
  const unscheduled = status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (unscheduled) return [{ pod, container: "any", reason: `can't be scheduled: ${unscheduled.message}` }];
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].flatMap((container) => {
    if (container.ready) return [];
    const { waiting, terminated = container.lastState?.terminated } = container.state ?? {};
    const ended = terminated && terminated.exitCode !== 0 ? terminated : undefined;
    const idle = waiting?.reason === "ContainerCreating" || waiting?.reason === "PodInitializing";
    if (!ended && (!waiting || idle)) return [];
    const words = [waiting && !idle && waiting.reason, ended && `exit code ${ended.exitCode}`, ended?.reason !== "Error" && ended?.reason].filter(Boolean);
    return [{ pod, container: container.name, reason: words.join(", "), message: ended?.message ?? waiting?.message }];
  });
}

/** Pods of one controller commonly fail alike; the same words twice help nobody. */
function distinct(pods: FailedPod[]): FailedPod[] {
  return pods.filter((pod, index) => pods.findIndex((other) => other.reason === pod.reason && other.message === pod.message) === index);
}
