import { type CapabilityName, capabilities, neededCapabilities } from "../preflight/capabilities.ts";
import { missingCapabilities } from "../preflight/preflight.ts";
import type { ClusterApi, KubernetesObject } from "./cluster.ts";
import { bad, type Check, type Finding, good, warning } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** Names that the Deployments and DaemonSets of a capability bear, whatever installed it. Kinds without anybody who acts on them do nothing. */
const programs: Partial<Record<CapabilityName, RegExp>> = {
  certManager: /^(.*-)?cert-manager$/,
  traefik: /^(.*-)?traefik(-.*)?$/,
  cloudNativePg: /^(.*-)?(cnpg-controller-manager|cloudnative-pg)$/,
  prometheusOperator: /prometheus.*operator|kube-prom.*-operator/,
};

export const operators: Check = {
  name: "operators",
  asks: "does the cluster offer what the stack needs, and does it run",
  async ask(subject) {
    const cluster = await subject.cluster();
    const needed = neededCapabilities(subject.config);
    const kindsOf = async (groupVersion: string) => ((await cluster.get(`/apis/${groupVersion}`))?.resources ?? []).map(({ kind }: { kind: string }) => kind);
    const missing = await missingCapabilities({ kindsOf }, needed);
    const running = [...(await cluster.list("/apis/apps/v1/deployments")), ...(await cluster.list("/apis/apps/v1/daemonsets"))];
    return [
      ...missing.map(lacking),
      ...needed.filter((name) => !missing.includes(name) && programs[name]).map((name) => judge(name, programs[name]!, running)),
      ...(await others(subject, cluster)),
    ];
  },
};

function lacking(name: CapabilityName): Finding {
  const { title, kinds, groupVersion, install, platformSwitch } = capabilities[name];
  return bad(
    `${title} is missing: the cluster has no ${kinds.join(", ")} of ${groupVersion}.`,
    `${install} -- or by the platform stack: slipway-platform:${platformSwitch}.enabled`,
  );
}

export function judge(name: CapabilityName, program: RegExp, running: readonly KubernetesObject[]): Finding {
  const { title } = capabilities[name];
  const found = running.filter(({ metadata }) => program.test(metadata.name));
  if (found.length === 0)
    return warning(`${title}: its kinds are there, and nothing of its name runs.`, "See what acts on them; left alone, such objects wait for ever.");
  const ready = found.filter(({ status }) => (status?.availableReplicas ?? status?.numberAvailable ?? 0) > 0);
  if (ready.length > 0) return good(`${title} runs (${ready.map(titleOf).join(", ")}).`);
  const { metadata } = found[0];
  return bad(
    `${title} is installed and does not run: ${found.map(titleOf).join(", ")} has no available pod.`,
    `kubectl --namespace ${metadata.namespace} describe deployment,daemonset,pod`,
  );
}

const titleOf = ({ metadata }: KubernetesObject) => `${metadata.namespace}/${metadata.name}`;

/** Parts of Kubernetes itself that not every cluster has. */
async function others({ manifests, config }: Subject, cluster: ClusterApi): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (manifests.some(({ kind }) => kind === "HorizontalPodAutoscaler")) {
    const service = await cluster.get("/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io");
    const available = service?.status?.conditions?.find(({ type }: { type: string }) => type === "Available");
    if (available?.status === "True") findings.push(good("The metrics API answers, so autoscaling works."));
    else {
      findings.push(
        bad(
          `The metrics API ${service ? `does not answer: ${available?.message ?? "nothing serves it"}` : "is missing"}; the autoscaler has nothing to go by.`,
          "helm install metrics-server metrics-server --repo https://kubernetes-sigs.github.io/metrics-server --namespace kube-system",
        ),
      );
    }
  }
  const classes = new Set(manifests.filter(({ kind }) => kind === "Ingress").flatMap(({ spec }) => spec?.ingressClassName ?? []));
  for (const name of classes) {
    const found = await cluster.get(`/apis/networking.k8s.io/v1/ingressclasses/${name}`);
    findings.push(
      found
        ? good(`Ingress class ${name} is there.`)
        : bad(`There is no ingress class ${name}.`, "kubectl get ingressclass shows those that are there; name one by slipway:ingress.className."),
    );
  }
  if (config.cluster.ingressNamespace && !(await cluster.get(`/api/v1/namespaces/${config.cluster.ingressNamespace}`))) {
    findings.push(
      bad(
        `The namespace ${config.cluster.ingressNamespace} of the ingress controller is not there: nobody would be let in.`,
        "Set slipway:cluster.ingressNamespace to where it runs.",
      ),
    );
  }
  return findings;
}
