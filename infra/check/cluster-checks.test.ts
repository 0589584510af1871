import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { alerts } from "./alerts/alerts.ts";
import { type ApiServer, apiServer } from "./api-server.ts";
import { clusterRights } from "./credentials/cluster-rights.ts";
import { operators } from "./operators.ts";
import { prometheus } from "./prometheus.ts";
import { exitCode } from "./report.ts";
import { runChecks } from "./run.ts";
import { secrets } from "./secrets.ts";
import type { Subject } from "./subject.ts";
import { workloads } from "./workloads.ts";

let api: ApiServer;
beforeEach(async () => {
  api = await apiServer();
});
afterEach(() => api.close());

const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "links", namespace: "links-prod" }, spec: {} };
const routes = {
  apiVersion: "monitoring.coreos.com/v1alpha1",
  kind: "AlertmanagerConfig",
  metadata: { name: "links", namespace: "links-prod" },
  spec: { receivers: [{ name: "team", slackConfigs: [{ apiURL: { name: "alert-receivers", key: "slack" }, channel: "#links" }] }] },
};

function subject(more: Partial<Subject> = {}): Subject {
  return {
    stack: "prod",
    after: false,
    namespace: "links-prod",
    config: {
      alerts: {},
      postgres: { mode: "single" },
      cluster: { prometheusOperator: false, ingressNamespace: "traefik", monitoringNamespace: "monitoring" },
    },
    resources: [],
    manifests: [deployment],
    cluster: api.cluster,
    isUp: async () => true,
    metrics: () => prometheus(undefined, "monitoring", api.cluster),
    ...more,
  } as Subject;
}

test("each right that up needs is asked for, and the ones that lack are named", async () => {
  api.objects["/apis/apps/v1"] = {
    resources: [
      { kind: "Deployment", name: "deployments", namespaced: true },
      { kind: "Deployment", name: "deployments/scale", namespaced: true },
    ],
  };
  expect(await clusterRights(subject())).toMatchObject([{ status: "good", says: expect.stringMatching(/on 1 kinds/) }]);
  api.denied.add("patch deployments");
  expect(await clusterRights(subject())).toMatchObject([{ status: "bad", says: "The log-in of the kubeconfig may not patch deployments.apps in links-prod." }]);
});

test("kinds without a program that acts on them are not enough", async () => {
  const program = (name: string, availableReplicas: number) => ({ metadata: { name, namespace: "there" }, status: { availableReplicas } });
  api.objects["/apis/cert-manager.io/v1"] = { resources: [{ kind: "Certificate" }, { kind: "Issuer" }] };
  api.objects["/api/v1/namespaces/traefik"] = {};
  api.objects["/apis/apps/v1/deployments"] = { items: [program("cert-manager", 0), program("cert-manager-webhook", 1)] };
  expect(await operators.ask(subject())).toMatchObject([
    {
      status: "bad",
      says: expect.stringMatching(/Traefik is missing: the cluster has no Middleware of traefik\.io/),
      mend: expect.stringMatching(/helm install traefik .*slipway-platform:ingress\.enabled/),
    },
    { status: "bad", says: expect.stringMatching(/cert-manager is installed and does not run: there\/cert-manager has no available pod/) },
  ]);
});

test("a Secret that somebody has to make, and its key, are looked for; not being allowed to look is no fault", async () => {
  const path = "/api/v1/namespaces/links-prod/secrets/alert-receivers";
  const ask = () => secrets.ask(subject({ manifests: [routes] }));
  expect(await ask()).toMatchObject([
    { status: "bad", says: expect.stringMatching(/Secret alert-receivers in links-prod is not there, which AlertmanagerConfig links reads/) },
  ]);
  api.objects[path] = { data: { other: "eA==" } };
  expect(await ask()).toMatchObject([{ status: "bad", says: expect.stringMatching(/has no slack/) }]);
  api.objects[path] = { data: { slack: "eA==" } };
  expect(await ask()).toMatchObject([{ status: "good" }]);
  api.objects[path] = 403;
  expect(await ask()).toMatchObject([{ status: "warning" }]);
});

test("a workload without pods is red, and a pod's last words are told", async () => {
  api.objects["/apis/apps/v1/namespaces/links-prod/deployments/links"] = {
    metadata: { generation: 1 },
    spec: { replicas: 2 },
    status: { observedGeneration: 1 },
  };
  const status = { containerStatuses: [{ name: "app", state: { waiting: { reason: "ImagePullBackOff", message: "not found" } } }] };
  api.objects["/api/v1/namespaces/links-prod/pods"] = { items: [{ metadata: { name: "links-1" }, spec: { restartPolicy: "Always" }, status }] };
  expect(await workloads.ask(subject())).toMatchObject([
    { status: "bad", says: "Deployment links has 0 of 2 pods." },
    { status: "bad", says: "Pod links-1, container app: ImagePullBackOff (not found)." },
    { status: "good", says: "0 of 1 workloads run in full." },
  ]);
});

test("Prometheus is found in its namespace and asked through the API server; where there is none, that is red with its mend", async () => {
  const run = async () => (await runChecks([alerts], subject(), { only: [], skip: [] }))[0]!.findings;
  expect(await run()).toMatchObject([
    { status: "bad", says: expect.stringMatching(/no Prometheus in the namespace monitoring/), mend: expect.stringMatching(/--prometheus/) },
  ]);
  api.objects["/api/v1/namespaces/monitoring/services"] = {
    items: [{ metadata: { name: "prometheus-operated" }, spec: { clusterIP: "None", ports: [{ port: 9090 }] } }],
  };
  api.objects["/api/v1/namespaces/monitoring/services/prometheus-operated:9090/proxy/api/v1/alerts"] = {
    status: "success",
    data: { alerts: [{ state: "firing", activeAt: "2026-03-01T03:17:04Z", labels: { alertname: "Watchdog", namespace: "links-prod" }, annotations: {} }] },
  };
  expect(await run()).toMatchObject([{ status: "good" }]);
});

test("a cluster that is away is said once and is red; what was not asked for is shown as such", async () => {
  vi.stubEnv("KUBECONFIG", "/nowhere/config");
  const absent = subject({ manifests: [routes], isUp: async () => (await api.cluster()) !== undefined });
  const results = await runChecks([secrets, operators, workloads], absent, { only: [], skip: ["workloads"] });
  vi.unstubAllEnvs();
  expect(results.map(({ findings }) => findings[0]!.status)).toEqual(["bad", "skipped", "skipped"]);
  expect(results[0]!.findings[0]!.says).toMatch(/No kubeconfig: \/nowhere\/config/);
  expect(exitCode(results)).toBe(2);
});
