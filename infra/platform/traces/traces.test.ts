import { expect, test } from "vitest";
import { synth } from "../../plan/synth.ts";
import { traceCollectorConfig } from "./collector-config.ts";
import { jaegerConfig } from "./jaeger-config.ts";
import { tracesSpec } from "./spec.ts";
import { Traces, type TracesArgs } from "./traces.ts";

const args: TracesArgs = { retentionDays: 7, storage: "10Gi", monitoring: { namespace: "monitoring" } };

interface Config {
  processors: { tail_sampling: { num_traces: number; policies: object[] } };
  exporters: { "otlp_grpc/store": { sending_queue: { queue_size: number } } };
  service: { pipelines: { traces: { processors: string[] } } };
}

const configOf = (changes: Partial<TracesArgs>) => traceCollectorConfig(tracesSpec({ ...args, ...changes })) as Config;

test("refuses what can't be meant, all of it at once", () => {
  const wrong: TracesArgs = {
    ...args,
    retentionDays: 0,
    storage: "100Mi",
    slowMilliseconds: 90_000,
    keptShare: 20,
    decisionSeconds: 61,
    storeResources: { cpu: "1", memory: "64Mi" },
  };
  expect(() => new Traces("traces", wrong)).toThrow(
    /retentionDays 0[\s\S]*storage "100Mi"[\s\S]*keptShare 20 is no share[\s\S]*decisionSeconds 61[\s\S]*slowMilliseconds 90000 is beyond decisionSeconds[\s\S]*storeResources\.memory 64Mi .* at least 128Mi/,
  );
});

test("any one policy keeps a trace: its error, its time, or its luck", () => {
  const config = configOf({ slowMilliseconds: 800, keptShare: 0.05 });
  expect(config.processors.tail_sampling.policies).toEqual([
    { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
    { name: "slow", type: "latency", latency: { threshold_ms: 800 } },
    { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: 5 } },
  ]);
  expect(config.service.pipelines.traces.processors).toEqual(["memory_limiter", "tail_sampling", "batch"]);
});

test("what waits grows with the memory that there is, and stays within it", () => {
  const held = (memory: string) => {
    const config = configOf({ collectorResources: { cpu: "1", memory } });
    return config.processors.tail_sampling.num_traces * 10 + config.exporters["otlp_grpc/store"].sending_queue.queue_size;
  };
  expect(held("512Mi") / held("256Mi")).toBeCloseTo(2, 1);
  expect(held("256Mi") * 3 * 1024).toBeLessThan(0.7 * 2 ** 28);
});

test("traces are kept for the days asked for", () => {
  expect(jaegerConfig(tracesSpec(args))).toMatchObject({ extensions: { jaeger_storage: { backends: { badger: { badger: { ttl: { spans: "168h" } } } } } } });
});

test("every pod may send, the monitoring alone may read, and nobody writes past the collector", async () => {
  const manifests = (await synth(() => void new Traces("traces", args))).flatMap(({ manifest }) => (manifest ? [manifest] : []));
  const ingress = (name: string) => manifests.find(({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === name)!.spec.ingress;
  const monitoring = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } };
  expect(ingress("traces-collector")).toEqual([
    { from: [{ namespaceSelector: {} }], ports: [{ port: 4318, protocol: "TCP" }] },
    { from: [monitoring], ports: [{ port: 8888, protocol: "TCP" }] },
  ]);
  expect(ingress("traces")).toEqual([
    {
      from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "traces-collector", "app.kubernetes.io/instance": "traces-collector" } } }],
      ports: [{ port: 4317, protocol: "TCP" }],
    },
    { from: [monitoring], ports: [16686, 8888].map((port) => ({ port, protocol: "TCP" })) },
  ]);
  expect(manifests.find(({ kind }) => kind === "Deployment")!.spec.replicas).toBe(1);
});
