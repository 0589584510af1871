import { planStack } from "../../infra/plan/plan.ts";

/** A Kubernetes object as the plan has it. Only what the checks read is typed. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: objects of every kind, read by path
  spec?: any;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}

export const stacks = ["dev", "prod"] as const;

const plans = new Map<string, ReturnType<typeof planStack>>();

/** The plan of a stack, made once a test file. One after the other: Pulumi's mocks are global to the process. */
export async function planned(stack: string) {
  for (const earlier of plans.values()) await earlier;
  if (!plans.has(stack)) plans.set(stack, planStack(stack));
  return (await plans.get(stack))!.resources;
}

export async function objectsOf(stack: string): Promise<KubernetesObject[]> {
  return (await planned(stack)).flatMap(({ manifest }) => (manifest ? [manifest as unknown as KubernetesObject] : []));
}

export interface Workload {
  object: KubernetesObject;
  /** Labels of its pods. */
  labels: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: a pod's spec, read by path
  pod: any;
}

/** Everything that runs pods. */
export function workloadsOf(objects: KubernetesObject[]): Workload[] {
  return objects.flatMap((object) => {
    const template = object.kind === "CronJob" ? object.spec.jobTemplate.spec.template : object.spec?.template;
    const runsPods = ["Deployment", "StatefulSet", "Job", "CronJob"].includes(object.kind);
    return runsPods ? [{ object, labels: template.metadata?.labels ?? {}, pod: template.spec }] : [];
  });
}

export function containersOf({ pod }: Workload) {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

export function matches(selector: Record<string, string> | undefined, labels: Record<string, string>): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
}

export function titleOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}
