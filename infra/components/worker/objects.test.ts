import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { Worker, type WorkerArgs } from "./worker.ts";

const args: WorkerArgs = {
  namespace: "links",
  image: "example.org/links@sha256:0",
  command: ["node", "src/worker.ts"],
  resources: { cpu: "100m", memory: "128Mi" },
};
const postgres = {
  name: "postgres",
  namespace: "links",
  host: "postgres",
  port: 5432,
  podSelector: { app: "postgres" },
  secretName: "login",
  secretFiles: ["password"],
};

/** Inputs of what was made; any, as tests look into them. */
// biome-ignore lint/suspicious/noExplicitAny: objects of many kinds
type Inputs = any;

describe("a worker has", () => {
  const made = new Map<string, Inputs>();
  beforeAll(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ inputs, name, type }) => {
        made.set(`${type.split(":").at(-1)} ${name}`, inputs);
        return { id: name, state: inputs };
      },
      call: ({ inputs }) => inputs,
    });
    const monitoring = { namespace: "monitoring" };
    new Worker("links-worker", { ...args, uses: [postgres], secrets: { TOKEN: "x" }, monitoring, replicas: 3, shutdownSeconds: 40 });
    new Worker("found", { ...args, monitoring: { ...monitoring, operator: false } });
    await vi.waitFor(() =>
      expect([...made.keys()]).toEqual(expect.arrayContaining(["Deployment links-worker", "PodMonitor links-worker-monitor", "Deployment found"])),
    );
  });
  const pod = (name: string) => made.get(`Deployment ${name}`)!.spec.template;

  test("the replicas that were asked for, on the given command, with the grace that their jobs need", () => {
    expect(made.get("Deployment links-worker")!.spec.replicas).toBe(3);
    expect(pod("links-worker").spec.containers[0].command).toEqual(["node", "src/worker.ts"]);
    expect(pod("links-worker").spec.terminationGracePeriodSeconds).toBe(45);
    expect(pod("links-worker").spec.containers[0].lifecycle).toBeUndefined();
  });

  test("no Service and no port for others: only Prometheus reaches it", () => {
    expect([...made.keys()].filter((key) => key.startsWith("Service "))).toEqual([]);
    expect(pod("links-worker").spec.containers[0].ports).toEqual([{ name: "metrics", containerPort: 9090, protocol: "TCP" }]);
    expect(made.get("NetworkPolicy links-worker-policy")!.spec.ingress).toEqual([
      { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }], ports: [{ port: 9090, protocol: "TCP" }] },
    ]);
    expect(made.get("NetworkPolicy postgres-from-links-worker")!.spec.podSelector.matchLabels).toEqual({ app: "postgres" });
  });

  test("secrets as files, and of those only the path in the environment", () => {
    const { env } = pod("links-worker").spec.containers[0];
    expect(env).toContainEqual({ name: "TOKEN_FILE", value: "/run/secrets/app/TOKEN" });
    expect(env).toContainEqual({ name: "POSTGRES_PASSWORD_FILE", value: "/run/secrets/bindings/postgres/password" });
    expect(env).toContainEqual({ name: "SHUTDOWN_SECONDS", value: "40" });
    expect(env.map(({ name }: { name: string }) => name)).not.toContain("PORT");
  });

  test("a target for Prometheus by the name of the component, with the operator and without", () => {
    expect(made.get("PodMonitor links-worker-monitor")!.spec.podMetricsEndpoints[0].relabelings).toEqual([
      { sourceLabels: ["__meta_kubernetes_pod_label_app_kubernetes_io_instance"], targetLabel: "job" },
    ]);
    expect(pod("links-worker").metadata.annotations).toBeUndefined();
    expect(pod("found").metadata.annotations).toMatchObject({ "prometheus.io/scrape": "true", "prometheus.io/port": "9090" });
    expect(made.has("PodMonitor found-monitor")).toBe(false);
  });
});
