import { expect, test } from "vitest";
import { workloadPolicy } from "./components/kubernetes/network.ts";
import { collectorBinding, tracingEnvironment } from "./tracing.ts";

const tracing = { endpoint: "http://otel-collector.observability:4318", namespace: "observability", sampleRatio: 0.25 };
const identity = { name: "links", kind: "web-service", component: "web", namespace: "links-prod" };
const stack = { environment: "prod", namespace: "links-prod", tracing } as const;

test("a stack without tracing reaches no collector and sets no variable", () => {
  expect(collectorBinding({ tracing: undefined })).toEqual([]);
  expect(tracingEnvironment({ ...stack, tracing: undefined }, "links")).toEqual({});
});

test("pods may reach the collector's port in its namespace, and nothing else for it", () => {
  const { spec } = workloadPolicy(identity, [], collectorBinding(stack)) as { spec: { egress: unknown[] } };
  expect(spec.egress).toEqual([
    {
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "observability" } }, podSelector: { matchLabels: {} } }],
      ports: [{ port: 4318, protocol: "TCP" }],
    },
  ]);
});

test("the port is the one that is written, also where it is its scheme's own", () => {
  expect(collectorBinding({ tracing: { ...tracing, endpoint: "https://collector.observability:443" } })).toMatchObject([
    { host: "collector.observability", port: 443 },
  ]);
});

test("the process is told where to, how much, and who it is", () => {
  expect(tracingEnvironment(stack, "links-worker")).toEqual({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel-collector.observability:4318",
    OTEL_TRACES_SAMPLER_ARG: "0.25",
    OTEL_SERVICE_NAME: "links-worker",
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=prod,k8s.namespace.name=links-prod,service.namespace=links-prod",
  });
});
