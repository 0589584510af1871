import { kubectl, nodeIn } from "../../kubernetes.ts";
import { surroundings } from "./surroundings.ts";

const security = {
  pod: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
  container: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};
const resources = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "192Mi" } };

function podSpec(container: { image: string; command?: string[]; args?: string[] }) {
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext: security.pod,
    containers: [{ name: "main", ...container, securityContext: security.container, resources }],
  };
}

const node = { image: surroundings.nodeImage, command: ["node", "--eval", "setInterval(() => {}, 60_000)"] };

/** A Deployment `links` of one pod that does nothing by itself. */
export const service = (namespace: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "links", namespace },
  spec: { selector: { matchLabels: { app: "links" } }, template: { metadata: { labels: { app: "links" } }, spec: podSpec(node) } },
});

/** A pod where Prometheus and Grafana would be. */
export const watcher = (namespace: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "watcher", namespace }, spec: podSpec(node) });

/** An Alertmanager under the name that the operator's would have. It tells nobody. */
export function alertmanager(namespace: string): object[] {
  const script =
    'printf \'{"route":{"receiver":"none"},"receivers":[{"name":"none"}]}\' > /tmp/config.json; exec $(command -v alertmanager || command -v prometheus-alertmanager) --config.file=/tmp/config.json --storage.path=/tmp/data --cluster.listen-address=';
  const metadata = { name: "alertmanager-operated", namespace, labels: { app: "alertmanager" } };
  const spec = podSpec({ image: surroundings.alertmanagerImage, command: ["sh", "-c", script] });
  return [
    { apiVersion: "v1", kind: "Pod", metadata, spec },
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: { app: "alertmanager" }, ports: [{ port: 9093 }] } },
  ];
}

export async function apply(objects: object[]): Promise<void> {
  await kubectl(["apply", "--filename=-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }) });
}

/** Writes lines to the standard output of a pod's process, whence the runtime takes them. */
export async function writeLines(namespace: string, pod: string, lines: readonly string[]): Promise<void> {
  const script = `import { appendFileSync } from "node:fs"; for (const line of ${JSON.stringify(lines)}) appendFileSync("/proc/1/fd/1", line + "\\n"); console.log("{}");`;
  await nodeIn(namespace, pod, script);
}

/** Asks an address from within a pod. Gives the JSON of the answer, or its text. */
// biome-ignore lint/suspicious/noExplicitAny: the JSON of several servers; a wrong path fails the test that reads it.
export function ask(namespace: string, pod: string, url: string): Promise<any> {
  const script = `const response = await fetch(${JSON.stringify(url)}, { signal: AbortSignal.timeout(20_000) }); const text = await response.text();
    let body = text; try { body = JSON.parse(text); } catch {} console.log(JSON.stringify({ status: response.status, body }));`;
  return nodeIn(namespace, pod, script);
}

/** Whether each target takes a connection from a pod. */
export function reach(namespace: string, pod: string, targets: readonly string[]): Promise<Record<string, string>> {
  const script = `import { connect } from "node:net";
    const reach = (target) => new Promise((resolve) => {
      const [host, port] = target.split(":"); const socket = connect({ host, port: Number(port) });
      const end = (verdict) => { socket.destroy(); resolve([target, verdict]); };
      socket.setTimeout(3000, () => end("closed")).on("connect", () => end("open")).on("error", (error) => end(error.code === "ENOTFOUND" ? "no such name" : "closed"));
    });
    console.log(JSON.stringify(Object.fromEntries(await Promise.all(${JSON.stringify(targets)}.map(reach)))));`;
  return nodeIn(namespace, pod, script);
}
