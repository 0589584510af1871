import type { ClusterApi, KubernetesObject } from "./cluster.ts";
import { NoAnswer } from "./finding.ts";

/** What Prometheus knows. */
export interface Metrics {
  /** The series that a query gives, each with its labels and its value now. */
  query(expression: string): Promise<Sample[]>;
  alerts(): Promise<Alert[]>;
}

export interface Sample {
  labels: Record<string, string>;
  value: number;
}

export interface Alert {
  state: "firing" | "pending";
  activeAt: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

const mend = "Name it with --prometheus <url>, such as by kubectl port-forward, or set slipway:cluster.monitoringNamespace to where it runs.";

/** Prometheus at an address, or the one of the monitoring namespace through the API server, which needs no way there but the kubeconfig's. */
export async function prometheus(address: string | undefined, namespace: string, cluster: () => Promise<ClusterApi>): Promise<Metrics> {
  const get = address === undefined ? await throughCluster(namespace, await cluster()) : (path: string) => direct(`${address}${path}`);
  const data = async (path: string) => {
    const answer = await get(path);
    if (answer?.status !== "success")
      throw new NoAnswer(`Prometheus does not answer ${path.split("?")[0]}: ${answer?.error ?? "that is something else"}`, mend);
    return answer.data;
  };
  return {
    query: async (expression) => samplesOf(await data(`/api/v1/query?query=${encodeURIComponent(expression)}`)),
    alerts: async () => (await data("/api/v1/alerts")).alerts,
  };
}

async function throughCluster(namespace: string, cluster: ClusterApi) {
  const services = await cluster.list(`/api/v1/namespaces/${namespace}/services`);
  const ports = (service: KubernetesObject) => (service.spec.ports ?? []).map(({ port }: { port: number }) => port);
  // The operator's own headless Service leads to every replica, so one with an address of its own comes first.
  const candidates = services.filter((service) => /prometheus/.test(service.metadata.name) && ports(service).includes(9090));
  const found = candidates.find(({ spec }) => spec.clusterIP !== "None") ?? candidates[0];
  if (!found) throw new NoAnswer(`There is no Prometheus in the namespace ${namespace}: no Service of that name with port 9090`, mend);
  const base = `/api/v1/namespaces/${namespace}/services/${found.metadata.name}:9090/proxy`;
  return (path: string) => cluster.get(base + path);
}

async function direct(url: string): Promise<KubernetesObject> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(10_000) })).json();
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    throw new NoAnswer(`Prometheus at ${new URL(url).origin} can't be asked: ${cause?.message ?? message}`, mend);
  }
}

function samplesOf({ result }: { result: { metric: Record<string, string>; value: [number, string] }[] }): Sample[] {
  return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}
