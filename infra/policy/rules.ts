import { type Container, containersOf, type Pod } from "./pods.ts";

/** What is wrong with a pod, each with its mend; none when it keeps the rule. */
export type PodRule = (pod: Pod) => string[];

const eachContainer =
  (judge: (container: Container, pod: Pod) => (string | false | undefined)[]): PodRule =>
  (pod) =>
    containersOf(pod).flatMap((container) =>
      judge(container, pod)
        .filter((text): text is string => typeof text === "string")
        .map((text) => `container "${container.name}": ${text}`),
    );

/** An image that may be another one tomorrow makes a rollback a guess. */
export const fixedImage = eachContainer(({ image = "" }) => {
  const tag = /:([^/:@]+)(@.*)?$/.exec(image)?.[1];
  const byDigest = image.includes("@sha256:");
  return [!byDigest && (tag === undefined || tag === "latest") && `image "${image}" floats; name it by digest, or by a tag that never moves.`];
});

export const restricted: PodRule = (pod) => [
  ...(["hostNetwork", "hostPID", "hostIPC"] as const).filter((key) => pod[key]).map((key) => `${key} shares the node with the pod; leave it out.`),
  ...(pod.automountServiceAccountToken === false
    ? []
    : ["automountServiceAccountToken is not false; a pod that does not call the Kubernetes API needs no token."]),
  ...eachContainer(({ securityContext = {} }, { securityContext: ofPod = {} }) => [
    !(securityContext.runAsNonRoot ?? ofPod.runAsNonRoot) && "may run as root; set runAsNonRoot.",
    securityContext.privileged && "is privileged; it owns the node.",
    securityContext.allowPrivilegeEscalation !== false && "may gain rights; set allowPrivilegeEscalation to false.",
    !securityContext.readOnlyRootFilesystem && "can change its own files; set readOnlyRootFilesystem and mount an emptyDir where it writes.",
    !securityContext.capabilities?.drop?.includes("ALL") && "keeps capabilities; drop ALL.",
    (securityContext.seccompProfile ?? ofPod.seccompProfile)?.type !== "RuntimeDefault" && "may use every system call; set seccompProfile RuntimeDefault.",
  ])(pod),
];

export const bounded = eachContainer(({ resources = {} }) => [
  ...["cpu", "memory"].map((key) => !resources.requests?.[key] && `requests no ${key}; the scheduler has to guess.`),
  !resources.limits?.memory && "has no memory limit; one leak takes the node's other pods with it.",
]);

/** An ARN says which key, and opens nothing. */
const isName = (value: string) => value.startsWith("arn:");

/** Environment is printed by debuggers, crash reports and child processes, and never rotates. */
export const secretsAsFiles = eachContainer(({ env = [], envFrom = [] }) => [
  ...env.filter(({ valueFrom }) => valueFrom?.secretKeyRef).map(({ name }) => `${name} takes a secret into the environment; mount it as a file.`),
  envFrom.some(({ secretRef }) => secretRef) && "takes a whole Secret into the environment; mount it as files.",
  ...env
    .filter(({ name = "", value }) => value && !isName(value) && /(?<!PUBLIC_)(PASSWORD|SECRET|TOKEN|KEY)$/.test(name))
    .map(({ name }) => `${name} looks like a secret in plain text; mount it as a file.`),
]);
