/** The parts of a pod that the rules look at. Anything may be missing: a rule judges what others wrote, too. */
export interface Pod {
  automountServiceAccountToken?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  securityContext?: SecurityContext;
  containers?: Container[];
  initContainers?: Container[];
}
export interface Container {
  name?: string;
  image?: string;
  env?: { name?: string; value?: string; valueFrom?: { secretKeyRef?: unknown } }[];
  envFrom?: { secretRef?: unknown }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: SecurityContext;
}
interface SecurityContext {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  allowPrivilegeEscalation?: boolean;
  privileged?: boolean;
  readOnlyRootFilesystem?: boolean;
  capabilities?: { drop?: string[] };
  seccompProfile?: { type?: string };
}

interface Template {
  spec?: Pod;
}

/** The pod that a resource runs, if it runs any. */
export function podOf(type: string, props: Record<string, unknown>): Pod | undefined {
  const spec = props.spec as { template?: Template; jobTemplate?: { spec?: { template?: Template } } } | undefined;
  if (type === "kubernetes:core/v1:Pod") return spec as Pod;
  if (type === "kubernetes:batch/v1:CronJob") return spec?.jobTemplate?.spec?.template?.spec;
  if (/^kubernetes:(apps|batch)\/v1:(Deployment|StatefulSet|DaemonSet|ReplicaSet|Job)$/.test(type)) return spec?.template?.spec;
  return undefined;
}

export function containersOf(pod: Pod): Container[] {
  return [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
}
