import type { RuleFile, RuleGroup } from "../../../infra/components/prometheus/rule.ts";
import { bringClusterMetrics, metricsNamespace, removeClusterMetrics } from "../cluster/cluster-metrics.ts";
import { eventually, kubectl, list } from "../kubernetes.ts";
import { type Receivers, startReceivers } from "../receivers/receivers.ts";
import { applyRoutes, applySecrets, routesTo, secrets } from "../receivers/routes.ts";
import type { Stack } from "../stack.ts";
import { clearBackups, goodBackupAndDrill } from "./backups.ts";
import { exceptions } from "./exceptions.ts";
import type { Prometheus } from "./prometheus.ts";
import { quickened } from "./quick.ts";

const monitoring = "monitoring";
const quickRules = "quick";
const routes = "routes-test";

/** Time between two looks at a target: windows of five minutes are five seconds here. An exporter waits two seconds for a server that is gone. */
const scrapes = { app: "1s", other: "5s" };

/** What the proofs need beside the stack: cluster metrics, quick rules and scrapes, and people to tell. */
export async function setStage(stack: Stack, prometheus: Prometheus): Promise<Receivers> {
  const [known] = await prometheus.instant("count(kube_pod_info)");
  if (known) throw new Error("This Prometheus has kube-state-metrics already; beside the tests' own everything would count twice. Use a cluster without it.");
  const image = stack.cluster.baseImage ?? "docker.io/library/node:24-slim";
  const [receivers] = await Promise.all([
    bringClusterMetrics(image, stack.namespace, scrapes.app).then(() => tellPeople(stack, image)),
    goodBackupAndDrill(stack, prometheus),
    eachMonitor(stack, ({ metadata }) => {
      const interval = metadata.name === stack.service ? scrapes.app : scrapes.other;
      return { interval, scrapeTimeout: interval };
    }),
  ]);
  await applyQuickRules(stack, exceptions);
  await eventually("Prometheus has taken the quick rules and scrapes", 180, async () => {
    const [groups, intervals] = await Promise.all([prometheus.ruleGroups(), prometheus.scrapeIntervals(stack.namespace)]);
    return groups.some((name) => name.startsWith("quick-")) && intervals[stack.service] === scrapes.app;
  });
  return receivers;
}

/** As many replicas as there are, whatever the faults cost: one that is taken away in the middle of a fault would hide it. */
export const holdReplicas = (stack: Stack) => scaleUpBy(stack, "Disabled");

function scaleUpBy(stack: Stack, selectPolicy: "Disabled" | "Max"): Promise<string> {
  const patch = JSON.stringify({ spec: { behavior: { scaleUp: { selectPolicy } } } });
  return kubectl(["--namespace", stack.namespace, "patch", "horizontalpodautoscaler", stack.service, "--type=merge", `--patch=${patch}`]);
}

/** Takes everything away again, and leaves the stack's own objects as they were. */
export async function clearStage(stack: Stack): Promise<void> {
  const ours = ["--namespace", stack.namespace, "delete", "--ignore-not-found"];
  await kubectl([...ours, "prometheusrule", quickRules]);
  await kubectl([...ours, "alertmanagerconfigs.monitoring.coreos.com", routes]);
  await kubectl([...ours, "secret", routes]);
  await clearBackups(stack);
  await scaleUpBy(stack, "Max");
  await eachMonitor(stack, () => ({ interval: "30s", scrapeTimeout: "5s" }));
  await alertmanagerReads(undefined);
  await removeClusterMetrics();
}

/** The stack's own rules in quick motion; without exceptions to say, once all is mended, that nothing is wrong. */
export async function applyQuickRules(stack: Stack, except: typeof exceptions): Promise<void> {
  const spec = quickened(await stackRules(stack), except);
  const rule = { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", metadata: { name: quickRules, namespace: stack.namespace }, spec };
  await kubectl(["apply", "--server-side", "--force-conflicts", "--filename=-"], { input: JSON.stringify(rule) });
}

export async function stackRules(stack: Stack): Promise<RuleFile> {
  const objects = await list(stack.namespace, "prometheusrules.monitoring.coreos.com");
  return { groups: objects.filter(({ metadata }) => metadata.name !== quickRules).flatMap(({ spec }): RuleGroup[] => spec.groups) };
}

async function eachMonitor(stack: Stack, timing: (monitor: { metadata: { name: string } }) => object): Promise<void> {
  for (const kind of ["servicemonitors", "podmonitors"]) {
    const [field] = kind === "servicemonitors" ? ["endpoints"] : ["podMetricsEndpoints"];
    for (const monitor of await list(stack.namespace, `${kind}.monitoring.coreos.com`)) {
      const spec = { [field!]: monitor.spec[field!].map((endpoint: object) => ({ ...endpoint, ...timing(monitor) })) };
      await kubectl(["--namespace", stack.namespace, "patch", kind, monitor.metadata.name, "--type=merge", `--patch=${JSON.stringify({ spec })}`]);
    }
  }
}

/** Routes of every kind by the library's own component, to stand-ins that keep what they get. */
async function tellPeople(stack: Stack, image: string): Promise<Receivers> {
  const receivers = await startReceivers(metricsNamespace, image);
  const { addresses } = receivers;
  await applySecrets(stack.namespace, routes, {
    ...secrets,
    slack: `${addresses.slack}?token=${secrets.slack}`,
    webhook: `${addresses.webhook}?token=${secrets.webhook}`,
    heartbeat: `${addresses.heartbeat}?token=${secrets.heartbeat}`,
  });
  await applyRoutes(routes, routesTo(addresses, stack.namespace));
  await alertmanagerReads(stack.namespace);
  return receivers;
}

/** The Alertmanager of a cluster reads no routes unless it is told to, and where. */
async function alertmanagerReads(namespace: string | undefined): Promise<void> {
  const [alertmanager] = await list(monitoring, "alertmanagers.monitoring.coreos.com");
  const labels = (matchLabels: Record<string, string>) => (namespace === undefined ? null : { matchLabels });
  const spec = {
    alertmanagerConfigSelector: labels({ alertmanager: "main" }),
    alertmanagerConfigNamespaceSelector: labels({ "kubernetes.io/metadata.name": namespace ?? "" }),
  };
  await kubectl(["--namespace", monitoring, "patch", "alertmanager", alertmanager!.metadata.name, "--type=merge", `--patch=${JSON.stringify({ spec })}`]);
}
