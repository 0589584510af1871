import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kubectl } from "../kubernetes.ts";

/** Of its own, so that it is under none of the stack's policies, as in any cluster that has such metrics. */
export const metricsNamespace = "links-e2e-metrics";
const namespace = metricsNamespace;
const name = "reporter";
const labels = { app: name };

/**
 * Cluster metrics for a cluster that has none: a program that reports what the API server and the kubelet say, under the names of
 * kube-state-metrics and the kubelet, and monitors for it, the Ingress controller and cert-manager. It stands in for
 * kube-state-metrics, which no registry at hand has; its numbers are the cluster's own.
 */
export async function bringClusterMetrics(image: string, watched: string, scrapeInterval: string): Promise<void> {
  await kubectl(["apply", "--filename=-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects(image, watched, scrapeInterval) }) });
  await kubectl(["--namespace", namespace, "rollout", "status", `deployment/${name}`, "--timeout=60s"], { patience: 70 });
}

export async function removeClusterMetrics(): Promise<void> {
  await kubectl(["delete", "clusterrolebinding,clusterrole", `links-e2e-${name}`, "--ignore-not-found"]);
  await kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"]);
}

/** Takes them away, or brings them back: the fault of a cluster whose metrics are missing. */
export async function clusterMetrics(present: boolean): Promise<void> {
  await kubectl(["--namespace", namespace, "scale", `deployment/${name}`, `--replicas=${present ? 1 : 0}`]);
}

function objects(image: string, watched: string, interval: string): object[] {
  const folder = join(import.meta.dirname, "reporter");
  const program = Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  const metadata = { name, namespace, labels };
  const clusterWide = { name: `links-e2e-${name}` };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: clusterWide, rules },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: clusterWide,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterWide.name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { ...program, "package.json": '{"type":"module"}' } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { replicas: 1, selector: { matchLabels: labels }, template: podTemplate(image, watched, program) },
    },
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports: [{ name: "metrics", port: 8080 }] } },
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata,
      spec: {
        selector: { matchLabels: labels },
        // The kubelet measures containers every ten seconds or so.
        endpoints: [endpoint("/metrics", "kube-state-metrics", interval), endpoint("/cadvisor", "kubelet", "5s"), endpoint("/volumes", "kubelet", "5s")],
      },
    },
    podMonitor("ingress-controller", "traefik", { app: "traefik" }, "metrics"),
    podMonitor("cert-manager", "cert-manager", { app: "cert-manager" }, "http-metrics"),
  ];
}

const rules = [
  {
    apiGroups: ["", "apps", "autoscaling", "policy", "batch"],
    resources: ["pods", "deployments", "statefulsets", "horizontalpodautoscalers", "poddisruptionbudgets", "jobs", "cronjobs"],
    verbs: ["list"],
  },
  { apiGroups: [""], resources: ["nodes/proxy", "nodes/metrics"], verbs: ["get"] },
];

function podTemplate(image: string, watched: string, program: object): object {
  const authority = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
  const env = [
    { name: "NAMESPACES", value: watched },
    { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    { name: "NODE_EXTRA_CA_CERTS", value: authority },
  ];
  const container = {
    name,
    image,
    command: ["node", "/program/main.ts"],
    env,
    ports: [{ name: "metrics", containerPort: 8080 }],
    readinessProbe: { httpGet: { path: "/metrics", port: "metrics" }, timeoutSeconds: 5 },
    resources: { requests: { cpu: "20m", memory: "96Mi" } },
    // As long as a file of the ConfigMap's own folder is a link, Node would look for its neighbors beside the link's target.
    volumeMounts: [{ name: "program", mountPath: "/program" }],
  };
  const checksum = createHash("sha256").update(JSON.stringify(program)).digest("hex");
  return {
    metadata: { labels, annotations: { checksum } },
    spec: { serviceAccountName: name, containers: [container], volumes: [{ name: "program", configMap: { name } }] },
  };
}

/** The reporter's own pod and container would fill labels that a series of the kubelet leaves empty. */
function endpoint(path: string, job: string, interval: string): object {
  const relabelings = [
    { targetLabel: "job", replacement: job },
    { regex: "pod|container|service|endpoint", action: "labeldrop" },
  ];
  return { port: "metrics", path, interval, scrapeTimeout: interval, honorLabels: true, relabelings };
}

function podMonitor(of: string, inNamespace: string, matchLabels: Record<string, string>, port: string): object {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: { name: of, namespace, labels },
    spec: {
      selector: { matchLabels },
      namespaceSelector: { matchNames: [inNamespace] },
      podMetricsEndpoints: [{ port, interval: "2s", scrapeTimeout: "2s" }],
    },
  };
}
