import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { loadStackConfig } from "../config/load.ts";
import { offeredConfig, type PlatformOffer, plannedOffer, withOffered } from "../config/platform-offer.ts";
import { planStack } from "../plan/plan.ts";
import type { PlannedResource } from "../plan/resource.ts";
import { capabilities } from "../preflight/capabilities.ts";
import { platformSchema } from "./config/schema.ts";
import program from "./index.ts";

const cluster = { "slipway-platform:cluster": '{"identifier":"test"}' };

/** Plans the program with some sections set, and hands back its outputs as well. */
async function planned(sections: Record<string, object> = {}): Promise<{ resources: PlannedResource[]; offer: PlatformOffer }> {
  const cleared = Object.fromEntries(
    ["ingress", "certManager", "metricsServer", "monitoring", "cloudNativePg", "rollouts", "logs", "traces"].map((key) => [
      `slipway-platform:${key}`,
      undefined,
    ]),
  );
  const set = Object.fromEntries(Object.entries(sections).map(([key, value]) => [`slipway-platform:${key}`, JSON.stringify(value)]));
  let offer: Awaited<ReturnType<typeof program>> | undefined;
  const { resources } = await planStack("dev", {
    folder: import.meta.dirname,
    config: { ...cleared, ...cluster, ...set },
    program: async (options) => {
      offer = await program(options);
      return offer;
    },
  });
  // What only an update tells is told by the plan's stand-ins.
  const known = Object.entries(offer ?? {}).map(async ([key, value]) => [key, await promiseOf(value)] as const);
  return { resources, offer: Object.fromEntries(await Promise.all(known)) as unknown as PlatformOffer };
}

const promiseOf = (value: unknown) => new Promise((resolve) => pulumi.output(value as pulumi.Input<string | boolean>).apply(resolve));

const releases = (resources: readonly PlannedResource[]) => resources.filter(({ type }) => type.endsWith(":Release"));
const releaseNames = (resources: readonly PlannedResource[]) =>
  releases(resources)
    .map(({ name }) => name)
    .sort();
const kinds = (resources: readonly PlannedResource[], kind: string) => resources.flatMap(({ manifest }) => (manifest?.kind === kind ? manifest : []));
// biome-ignore lint/suspicious/noExplicitAny: values of a chart, each test knows which.
const valuesOf = (resources: readonly PlannedResource[], name: string) => releases(resources).find((release) => release.name === name)!.inputs.values as any;

let all: PlannedResource[];
let offer: PlatformOffer;
beforeAll(async () => {
  const plan = await planned();
  all = plan.resources;
  offer = plan.offer;
});

describe("a switch that is off leaves nothing behind", () => {
  test.each<[string, Record<string, object>, string[]]>([
    ["ingress", { ingress: { enabled: false } }, ["traefik"]],
    ["certManager", { certManager: { enabled: false }, cloudNativePg: { barmanPlugin: false } }, ["cert-manager", "plugin-barman-cloud"]],
    ["metricsServer", { metricsServer: { enabled: false } }, ["metrics-server"]],
    ["monitoring", { monitoring: { enabled: false } }, ["kube-prometheus-stack", "prometheus-operator-crds"]],
    ["cloudNativePg", { cloudNativePg: { enabled: false } }, ["cloudnative-pg", "plugin-barman-cloud"]],
    ["rollouts", { rollouts: { enabled: false } }, ["argo-rollouts"]],
  ])("%s", async (_, sections, gone) => {
    const { resources } = await planned(sections);
    expect(releaseNames(resources)).toEqual(releaseNames(all).filter((name) => !gone.includes(name)));
    expect(kinds(resources, "Namespace").length).toBeLessThanOrEqual(kinds(all, "Namespace").length);
  });
});

test("without the Prometheus operator no chart makes a monitor, which the API server would refuse", async () => {
  const { resources } = await planned({ monitoring: { enabled: false } });
  const text = JSON.stringify(releases(resources).map(({ inputs }) => inputs.values));
  expect(text).not.toMatch(/[mM]onitor(Enabled)?":(true|\{"enabled":true)/);
  expect(JSON.stringify(releases(all).map(({ inputs }) => inputs.values))).toMatch(/onitor":\{"enabled":true/);
});

test("kinds come before what uses them", async () => {
  const { resources } = await planned({ certManager: { issuer: { kind: "selfSigned" } } });
  const urnOf = (name: string) => releases(resources).find((release) => release.name === name)!.urn;
  const waits = (name: string, before: string) => resources.find((one) => one.name === name && one.custom)!.options.dependsOn?.includes(urnOf(before));
  for (const name of releaseNames(resources))
    if (name !== "prometheus-operator-crds") expect([name, waits(name, "prometheus-operator-crds")]).toEqual([name, true]);
  const monitors = resources.filter(({ manifest }) => manifest?.kind === "PodMonitor");
  expect(monitors.length).toBeGreaterThan(0);
  for (const { name } of monitors) expect([name, waits(name, "prometheus-operator-crds")]).toEqual([name, true]);
  expect(waits("cluster-issuer", "cert-manager")).toBe(true);
  expect(waits("plugin-barman-cloud", "cloudnative-pg")).toBe(true);
  expect(waits("plugin-barman-cloud", "cert-manager")).toBe(true);
});

test("every chart is pinned to a version, and no kind goes with its release", () => {
  for (const { name, inputs } of releases(all)) expect([name, inputs.version]).toEqual([name, expect.stringMatching(/^v?\d+\.\d+\.\d+$/)]);
  expect(valuesOf(all, "cert-manager").crds).toEqual({ enabled: true, keep: true });
  expect(valuesOf(all, "argo-rollouts").keepCRDs).toBe(true);
  expect(valuesOf(all, "prometheus-operator-crds").crds.annotations["helm.sh/resource-policy"]).toBe("keep");
  expect(valuesOf(all, "kube-prometheus-stack").crds.enabled).toBe(false);
});

test("namespaces enforce the restricted standard, but for those that say why they can't", () => {
  const label = "pod-security.kubernetes.io/enforce";
  const exceptions = kinds(all, "Namespace").filter(({ metadata }) => metadata.labels![label] !== "restricted");
  expect(kinds(all, "Namespace").length).toBeGreaterThan(7);
  for (const { metadata } of exceptions) expect(metadata.annotations!["slipway/privileged-because"]).toMatch(/node/);
  expect(exceptions.map(({ metadata }) => metadata.name)).toContain("node-exporter");
  expect(exceptions.length).toBeLessThanOrEqual(2);
});

test("every namespace denies by default, and no chart is installed before its policies stand", () => {
  const policies = kinds(all, "NetworkPolicy");
  for (const { metadata } of kinds(all, "Namespace")) {
    const closed = policies.find((policy) => policy.metadata.namespace === metadata.name && policy.metadata.name === "default-deny");
    expect([metadata.name, closed?.spec.policyTypes]).toEqual([metadata.name, ["Ingress", "Egress"]]);
  }
  for (const release of releases(all)) {
    const own = all.filter(({ manifest }) => manifest?.kind === "NetworkPolicy" && manifest.metadata.namespace === release.inputs.namespace);
    expect(release.options.dependsOn).toEqual(expect.arrayContaining(own.map(({ urn }) => urn)));
  }
});

test("images of logs and traces can be a mirror's", async () => {
  const images = { loki: "mirror.example.org/loki:1", collector: "mirror.example.org/collector:1", jaeger: "mirror.example.org/jaeger:1" };
  const { resources } = await planned({ images });
  const pods = resources.flatMap(({ manifest }) => manifest?.spec?.template?.spec?.containers ?? []);
  expect(pods.length).toBeGreaterThan(3);
  for (const { image } of pods) expect(Object.values(images)).toContain(image);
});

test("addresses of the API server narrow the way to it", async () => {
  const { resources } = await planned({ cluster: { identifier: "test", apiServerCidrs: ["10.0.0.1/32"] } });
  const toApi = kinds(resources, "NetworkPolicy").flatMap(({ spec }) =>
    (spec.egress ?? []).filter(({ ports = [] }: { ports?: { port: number }[] }) => ports.some(({ port }) => port === 6443)),
  );
  expect(toApi.length).toBeGreaterThan(8);
  for (const rule of toApi) expect(rule.to).toEqual([{ ipBlock: { cidr: "10.0.0.1/32" } }]);
});

test("Prometheus reads what every namespace brings, and keeps exemplars", () => {
  const { prometheusSpec } = valuesOf(all, "kube-prometheus-stack").prometheus;
  for (const kind of ["serviceMonitor", "podMonitor", "rule", "probe", "scrapeConfig"]) expect(prometheusSpec[`${kind}SelectorNilUsesHelmValues`]).toBe(false);
  expect(prometheusSpec.enableFeatures).toContain("exemplar-storage");
  expect(prometheusSpec.retention).toBe("30d");
  expect(Number.parseInt(prometheusSpec.retentionSize, 10)).toBeLessThan(50 * 1024);
});

test("Alertmanager takes routes of every namespace, each for its own alerts", () => {
  const { alertmanagerSpec } = valuesOf(all, "kube-prometheus-stack").alertmanager;
  expect(alertmanagerSpec).toMatchObject({
    alertmanagerConfigSelector: {},
    alertmanagerConfigNamespaceSelector: {},
    alertmanagerConfigMatcherStrategy: { type: "OnNamespace" },
  });
});

test("Grafana: a generated password that only a file holds, nobody anonymous, no right to read Secrets", () => {
  const values = valuesOf(all, "kube-prometheus-stack").grafana;
  const secret = kinds(all, "Secret").find(({ metadata }) => metadata.name === "grafana-admin")!;
  expect(secret.stringData).toMatchObject({ "admin-password": "[secret]" });
  expect(values["grafana.ini"]["auth.anonymous"].enabled).toBe(false);
  expect(values.env.GF_SECURITY_ADMIN_PASSWORD__FILE).toBe("/etc/secrets/grafana-admin/admin-password");
  const role = kinds(all, "ClusterRole").find(({ metadata }) => metadata.name === values.rbac.useExistingClusterRole)!;
  expect(role.rules).toEqual([{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }]);
  expect(all.flatMap(({ exposed }) => exposed)).toEqual([]);
});

test("Grafana gets a public name only with a certificate", async () => {
  expect(valuesOf(all, "kube-prometheus-stack").grafana.ingress).toEqual({ enabled: false });
  const { resources, offer } = await planned({ certManager: { issuer: { kind: "selfSigned" } }, monitoring: { grafana: { host: "g.example.org" } } });
  expect(valuesOf(resources, "kube-prometheus-stack").grafana.ingress).toMatchObject({
    annotations: { "cert-manager.io/cluster-issuer": "platform" },
    tls: [{ hosts: ["g.example.org"] }],
  });
  expect(offer).toMatchObject({ grafanaUrl: "https://g.example.org", clusterIssuer: "platform" });
});

test("what the offline plan of a service takes for granted is what a platform of defaults offers", () => expect(offer).toEqual(plannedOffer));

test("what a platform offers, the config of a service takes", async () => {
  const { offer } = await planned({ certManager: { issuer: { kind: "selfSigned" } }, ingress: { className: "edge", namespace: "edge" } });
  const least = {
    environment: "dev",
    service: { name: "links", owner: "team", email: "team@example.org" },
    cluster: { identifier: "test" },
    image: { reference: "links:1" },
    ingress: { host: "links.example.org" },
  };
  const config = loadStackConfig(withOffered(least, offeredConfig(offer)), { stack: "dev", project: "slipway" });
  expect(config.ingress).toMatchObject({ className: "edge", issuer: { kind: "existing", name: "platform" } });
  expect(config.cluster).toMatchObject({ ingressNamespace: "edge", monitoringNamespace: "monitoring", prometheusOperator: true });
});

test("points lead to traces, traces to lines, lines to traces; without a store no link leads to it", async () => {
  const sources = (resources: readonly PlannedResource[]) => valuesOf(resources, "kube-prometheus-stack").grafana.datasources["datasources.yaml"].datasources;
  const [prometheus, , logs, traces] = sources(all);
  expect(prometheus.jsonData.exemplarTraceIdDestinations[0].datasourceUid).toBe(traces.uid);
  expect(logs.jsonData.derivedFields[0].datasourceUid).toBe(traces.uid);
  expect(traces.jsonData.tracesToLogsV2.datasourceUid).toBe(logs.uid);
  const { resources } = await planned({ traces: { enabled: false } });
  expect(sources(resources).map(({ type }: { type: string }) => type)).toEqual(["prometheus", "alertmanager", "loki"]);
  expect(JSON.stringify(sources(resources))).not.toContain("traces");
});

test("what a service's preflight names as a mend is a switch of the platform", () => {
  for (const { platformSwitch } of Object.values(capabilities)) expect(Object.keys(platformSchema.shape)).toContain(platformSwitch);
});

test.each(["dev", "prod"])("the stack %s of the repository plans", async (stack) => {
  const { resources } = await planStack(stack, { folder: join(import.meta.dirname) });
  expect(releases(resources).length).toBeGreaterThan(3);
});
