import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LogsArgs } from "../../../infra/platform/logs/logs.ts";
import type { TracesArgs } from "../../../infra/platform/traces/traces.ts";
import { changes } from "../engine.ts";
import { eventually, get, kubectl, list } from "../kubernetes.ts";
import { thisStack } from "../this-stack.ts";
import { OwnStack } from "./own-stack.ts";
import { alertmanager, apply, ask, reach, service, watcher, writeLines } from "./telemetry/pods.ts";
import { sendTraces, traceId } from "./telemetry/spans.ts";
import { jaegerMissing, surroundings } from "./telemetry/surroundings.ts";

if (jaegerMissing) console.warn(`SKIPPED: nothing was stored of logs and traces: ${jaegerMissing}, or name images by SLIPWAY_E2E_TELEMETRY.`);

const prefix = process.env.SLIPWAY_E2E_TELEMETRY_PREFIX ?? `${thisStack().namespace}-telemetry`;
const names = { logs: `${prefix}-logs`, collector: `${prefix}-collector`, traces: `${prefix}-traces`, shop: `${prefix}-shop`, watch: `${prefix}-watch` };
const own = new OwnStack("telemetry", names.shop);
const { lokiImage, collectorImage, jaegerImage } = surroundings.images;
const small = { cpu: "20m", memory: "256Mi" };
const monitoring = { namespace: names.watch, operator: false };
const logsArgs: LogsArgs = {
  namespace: names.logs,
  collectorNamespace: names.collector,
  retentionDays: 9,
  storage: "1Gi",
  monitoring,
  podLogFolder: surroundings.podLogFolder,
  lokiImage,
  collectorImage,
  storeResources: { cpu: "50m", memory: "512Mi" },
  thresholds: { errors: 5 },
};
const tracesArgs: TracesArgs = {
  namespace: names.traces,
  retentionDays: 3,
  storage: "1Gi",
  monitoring,
  keptShare: 0.2,
  slowMilliseconds: 500,
  decisionSeconds: 5,
  collectorImage,
  jaegerImage,
  collectorResources: small,
  storeResources: small,
};
const loki = `http://loki.${names.logs}:3100`;
const collector = `http://traces-collector.${names.traces}:4318`;
let pod: string;

const watch = (url: string) => ask(names.watch, "watcher", url);
const query = async (text: string) => (await watch(`${loki}/loki/api/v1/query_range?since=1h&limit=1000&query=${encodeURIComponent(text)}`)).body.data.result;
const line = (level: string, fields: object) => JSON.stringify({ level, time: new Date().toISOString(), ...fields });
const scale = (namespace: string, name: string, replicas: number) =>
  kubectl(["--namespace", namespace, "scale", `statefulset/${name}`, `--replicas=${replicas}`]);
const ready = (namespace: string, name: string) =>
  kubectl(["--namespace", namespace, "rollout", "status", `statefulset/${name}`, "--timeout=180s"], { patience: 190 });
/** A counter or gauge of the trace collector, summed over its labels. */
const counter = async (name: string) => {
  const [{ status }] = await list(names.traces, "pods", "--selector=app.kubernetes.io/name=traces-collector");
  const { body } = await watch(`http://${status.podIP}:8888/metrics`);
  return [...String(body).matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "gm"))].reduce((sum, [, value]) => sum + Number(value), 0);
};

describe.skipIf(jaegerMissing)("logs and traces", () => {
  beforeAll(async () => {
    for (const namespace of [names.shop, names.watch]) await kubectl(["create", "namespace", namespace]);
    await apply([service(names.shop), watcher(names.watch), ...alertmanager(names.watch)]);
    await kubectl(["--namespace", names.watch, "wait", "--for=condition=Ready", "pod", "--all", "--timeout=180s"], { patience: 190 });
    await kubectl(["--namespace", names.shop, "rollout", "status", "deployment/links", "--timeout=180s"], { patience: 190 });
    pod = (await list(names.shop, "pods"))[0].metadata.name;
    await own.create({ logs: logsArgs, traces: tracesArgs });
  });

  afterAll(async () => {
    await kubectl(["delete", "namespace", names.watch, "--ignore-not-found", "--wait=false"]);
    await own.remove();
  });

  test("a second update changes nothing", async () => {
    const again = await own.up({ logs: logsArgs, traces: tracesArgs });
    expect(changes(again.text), again.text).toEqual({ unchanged: expect.any(Number) });
  });

  test("only the collector of logs is let off the standard, and that by one folder", async () => {
    const enforced = async (name: string) => (await get(name, "namespace", name)).metadata.labels["pod-security.kubernetes.io/enforce"];
    expect(await Promise.all([names.logs, names.traces, names.collector].map(enforced))).toEqual(["restricted", "restricted", "privileged"]);
    const [{ spec, status }] = await list(names.collector, "pods");
    expect(spec.volumes.filter((volume: { hostPath?: object }) => volume.hostPath)).toHaveLength(1);
    const { securityContext, volumeMounts } = spec.containers[0];
    expect(volumeMounts.find(({ name }: { name: string }) => name === "pod-logs").readOnly).toBe(true);
    expect(securityContext).toMatchObject({ runAsUser: 10001, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } });
    expect(status.containerStatuses[0].restartCount).toBe(0);
  });

  test("who may not ask reaches nothing but the entrance for spans", async () => {
    const targets = [`loki.${names.logs}:3100`, `traces.${names.traces}:16686`, `traces.${names.traces}:4317`, `traces-collector.${names.traces}:4318`];
    expect(Object.values(await reach(names.shop, pod, targets))).toEqual(["closed", "closed", "closed", "open"]);
    expect(Object.values(await reach(names.watch, "watcher", targets.slice(0, 3)))).toEqual(["open", "open", "closed"]);
  });

  describe("a line of a pod", () => {
    const id = traceId("ab", 1);
    const own = `{k8s_namespace_name="${names.shop}", service_name="links"}`;

    test("is found by namespace and service, and by its trace", async () => {
      await writeLines(names.shop, pod, [line("info", { msg: "request", route: "/:slug", trace_id: id })]);
      const [found] = await eventually("the line is there", 60, async () => {
        const found = await query(`${own} | trace_id="${id}"`);
        return found.length > 0 && found;
      });
      expect(found.stream).toMatchObject({ k8s_pod_name: pod, k8s_container_name: "main" });
      expect(JSON.parse(found.values[0][1]).trace_id).toBe(id);
    });

    test("has three labels, whatever is in it", async () => {
      const { body } = await watch(`${loki}/loki/api/v1/series?match[]=${encodeURIComponent(`{k8s_namespace_name="${names.shop}"}`)}`);
      expect(body.data).toEqual([{ k8s_namespace_name: names.shop, service_name: "links", k8s_container_name: "main" }]);
    });

    test("is kept as long as the config says", async () => {
      const { body } = await watch(`${loki}/config`);
      expect(body).toMatch(/^ {2}retention_period: 9d$/m);
      expect(body).toMatch(/^ {2}retention_enabled: true$/m);
    });

    test("that says error too often becomes an alert at Alertmanager, for its namespace and service", async () => {
      await writeLines(
        names.shop,
        pod,
        Array.from({ length: 8 }, (_, index) => line("error", { requestId: `${index}`, route: "/v1/links", status: 500, msg: "request" })),
      );
      const labels = await eventually("the alert is at Alertmanager", 150, async () => {
        const { body } = await watch("http://alertmanager-operated:9093/api/v2/alerts");
        return body.find((alert: { labels: Record<string, string> }) => alert.labels.alertname === "LogErrorBurst" && alert.labels.namespace === names.shop)
          ?.labels;
      });
      expect(labels).toMatchObject({ service: "links", severity: "warning", route: "/v1/links" });
    });

    test("waits while Loki is away", async () => {
      await scale(names.logs, "loki", 0);
      await kubectl(["--namespace", names.logs, "wait", "--for=delete", "pod/loki-0", "--timeout=150s"], { patience: 160 });
      await writeLines(names.shop, pod, [line("info", { msg: "while it was away" })]);
      await scale(names.logs, "loki", 1);
      await ready(names.logs, "loki");
      await eventually("the line is there", 90, async () => (await query(`${own} |= "while it was away"`)).length === 1);
      expect(await query(`${own} |= "/:slug"`), "what was there before").toHaveLength(1);
    });
  });

  describe("traces", () => {
    const stored = async (first: string): Promise<string[]> => {
      const { body } = await watch(`http://traces.${names.traces}:16686/api/traces?service=links&limit=1500&lookback=1h`);
      return (body.data ?? []).map(({ traceID }: { traceID: string }) => traceID.padStart(32, "0")).filter((id: string) => id.startsWith(first));
    };

    test("that failed or were slow are kept, of all others a share", async () => {
      const sent = [
        await sendTraces(names.shop, pod, collector, { prefix: "e1", traces: 40, spansEach: 3, milliseconds: 5, failed: true }),
        await sendTraces(names.shop, pod, collector, { prefix: "51", traces: 40, spansEach: 3, milliseconds: 700 }),
        await sendTraces(names.shop, pod, collector, { prefix: "fa", traces: 500, milliseconds: 5 }),
      ];
      expect(sent).toEqual([{ 200: 1 }, { 200: 1 }, { 200: 10 }]);
      await eventually("errors and slow ones are stored", 60, async () => (await stored("e1")).length === 40 && (await stored("51")).length === 40);
      // The others were sent last, and are judged last.
      await eventually("some of the others, too", 30, async () => (await stored("fa")).length > 0);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      // Four standard deviations on either side.
      const share = (await stored("fa")).length / 500;
      expect(share).toBeGreaterThan(0.12);
      expect(share).toBeLessThan(0.28);
    });

    test("are found by their id, whole", async () => {
      const { status, body } = await watch(`http://traces.${names.traces}:16686/api/traces/${traceId("e1", 7)}`);
      expect(status).toBe(200);
      expect(body.data[0].spans).toHaveLength(3);
    });

    test("with the store away are dropped and counted, within the memory that was given", async () => {
      await scale(names.traces, "traces", 0);
      await kubectl(["--namespace", names.traces, "wait", "--for=delete", "pod/traces-0", "--timeout=120s"], { patience: 130 });
      const statuses = await sendTraces(names.shop, pod, collector, { prefix: "dd", traces: 4000, spansEach: 10, milliseconds: 5, failed: true });
      const dropped = await eventually("drops are counted", 120, async () => {
        const count = (await counter("otelcol_exporter_enqueue_failed_spans")) + (await counter("otelcol_processor_refused_spans"));
        return count > 0 && count;
      });
      const memory = await counter("otelcol_process_memory_rss");
      console.log(`of 40,000 spans ${dropped} were dropped or refused (${JSON.stringify(statuses)}); the collector had ${Math.round(memory / 2 ** 20)} MiB`);
      expect(memory).toBeGreaterThan(0);
      expect(memory).toBeLessThan(256 * 2 ** 20);
      const [{ status }] = await list(names.traces, "pods", "--selector=app.kubernetes.io/name=traces-collector");
      expect(status.containerStatuses[0].restartCount).toBe(0);
      await scale(names.traces, "traces", 1);
      await ready(names.traces, "traces");
      await eventually("the queue is sent", 120, async () => (await stored("dd")).length > 0);
      expect((await stored("e1")).length, "what was stored before").toBe(40);
    });
  });
});
