import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { labelled } from "./cadvisor.ts";
import { cronJob, job } from "./jobs.ts";
import { pod } from "./pods.ts";
import { type ApiObject, exposition, type Sample } from "./samples.ts";
import { autoscaler, deployment, disruptionBudget, statefulSet } from "./workloads.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const namespaces = process.env.NAMESPACES!.split(",");
const node = process.env.NODE!;

const reported: Record<string, (object: ApiObject) => Sample[]> = {
  "apis/apps/v1/deployments": deployment,
  "apis/apps/v1/statefulsets": statefulSet,
  "apis/autoscaling/v2/horizontalpodautoscalers": autoscaler,
  "apis/policy/v1/poddisruptionbudgets": disruptionBudget,
  "apis/batch/v1/jobs": job,
  "apis/batch/v1/cronjobs": cronJob,
  "api/v1/pods": pod,
};

async function api(path: string): Promise<Response> {
  // Read each time: the kubelet renews it.
  const token = readFileSync(`${account}/token`, "utf8");
  const response = await fetch(`https://kubernetes.default.svc/${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

async function list(path: string): Promise<ApiObject[]> {
  const [, group, kind] = /^(.*)\/(\w+)$/.exec(path)!;
  const lists = await Promise.all(namespaces.map(async (namespace) => (await api(`${group}/namespaces/${namespace}/${kind}`)).json()));
  return lists.flatMap(({ items }: ApiObject) => items);
}

const kubelet = async (page: string) => (await api(`api/v1/nodes/${node}/proxy/${page}`)).text();

const pages: Record<string, () => Promise<string>> = {
  "/metrics": async () => {
    const samples = await Promise.all(Object.entries(reported).map(async ([path, samplesOf]) => (await list(path)).flatMap(samplesOf)));
    return exposition(samples.flat());
  },
  "/cadvisor": async () => {
    const [text, pods] = await Promise.all([kubelet("metrics/cadvisor"), list("api/v1/pods")]);
    return labelled(text, pods, namespaces);
  },
  "/volumes": async () => {
    const lines = (await kubelet("metrics")).split("\n").filter((line) => /^(# TYPE )?kubelet_volume_stats_/.test(line));
    return `${lines.join("\n")}\n`;
  },
};

createServer((request, response) => {
  const page = pages[request.url ?? ""];
  if (!page) return void response.writeHead(404).end();
  page().then(
    (text) => response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(text),
    (error: Error) => response.writeHead(500).end(error.message),
  );
}).listen(8080);
