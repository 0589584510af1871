import { bytes } from "../../components/kubernetes/quantities.ts";
import { collectorService, healthCheck, memoryLimiter } from "../collector/config.ts";
import { storePorts } from "./jaeger-config.ts";
import type { TracesSpec } from "./spec.ts";

/** OTLP over HTTP. */
export const otlpPort = 4318;

/** A span is about a kilobyte, and held two or three times while it is read, judged and sent. */
const bytesOfSpan = 3 * 1024;

/** Config of the collector that services send to: keeps what is worth it, and hands it to the store. */
export function traceCollectorConfig(spec: TracesSpec): object {
  const memory = bytes(spec.collectorResources.memory);
  const spansInQueue = Math.floor((memory * 0.15) / bytesOfSpan);
  return {
    receivers: { otlp: { protocols: { http: { endpoint: `0.0.0.0:${otlpPort}`, max_request_body_size: 4 * 2 ** 20 } } } },
    processors: {
      memory_limiter: memoryLimiter(spec.collectorResources.memory),
      tail_sampling: tailSampling(spec, memory),
      batch: { timeout: "1s", send_batch_size: 512, send_batch_max_size: 1024 },
    },
    exporters: {
      "otlp_grpc/store": {
        endpoint: `traces.${spec.namespace}:${storePorts.otlp}`,
        // Within the namespace, to the only pods that policies let answer.
        tls: { insecure: true },
        timeout: "5s",
        // A full queue drops and counts: who waits here would hold up services that have better to do.
        sending_queue: { enabled: true, sizer: "items", queue_size: spansInQueue, num_consumers: 2, block_on_overflow: false },
        retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "15s", max_elapsed_time: "300s" },
      },
    },
    extensions: healthCheck,
    service: {
      ...collectorService,
      pipelines: { traces: { receivers: ["otlp"], processors: ["memory_limiter", "tail_sampling", "batch"], exporters: ["otlp_grpc/store"] } },
    },
  };
}

/** A trace is kept when any one policy says so. */
function tailSampling({ decisionSeconds, slowMilliseconds, keptShare }: TracesSpec, memory: number) {
  // Traces of ten spans in half of the memory. When more wait, the oldest is judged early.
  const traces = Math.floor((memory * 0.5) / (10 * bytesOfSpan));
  return {
    decision_wait: `${decisionSeconds}s`,
    num_traces: traces,
    expected_new_traces_per_sec: Math.max(1, Math.floor(traces / decisionSeconds)),
    // A span that comes after the decision follows it, and is not judged alone.
    decision_cache: { sampled_cache_size: 10 * traces, non_sampled_cache_size: 10 * traces },
    policies: [
      { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
      { name: "slow", type: "latency", latency: { threshold_ms: slowMilliseconds } },
      { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: keptShare * 100 } },
    ],
  };
}
