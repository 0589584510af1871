import { collectorPorts } from "../collector/config.ts";
import type { TracesSpec } from "./spec.ts";

export const storePorts = { otlp: 4317, query: 16686, ...collectorPorts } as const;
export const storePaths = { config: "/etc/jaeger", data: "/var/jaeger" } as const;

/** Config of Jaeger 2, as one process with a database of its own on a volume. It is built on the collector, so its config is too. */
export function jaegerConfig({ retentionDays }: TracesSpec): object {
  return {
    receivers: { otlp: { protocols: { grpc: { endpoint: `0.0.0.0:${storePorts.otlp}` } } } },
    processors: { batch: { timeout: "1s" } },
    exporters: { jaeger_storage_exporter: { trace_storage: "badger" } },
    extensions: {
      healthcheckv2: { use_v2: true, http: { endpoint: `0.0.0.0:${storePorts.health}` } },
      jaeger_storage: {
        backends: {
          badger: {
            badger: {
              directories: { keys: `${storePaths.data}/keys`, values: `${storePaths.data}/values` },
              ephemeral: false,
              // Written through, a crash would lose nothing, and each span would wait for the disk; a trace is not worth that.
              consistency: false,
              ttl: { spans: `${retentionDays * 24}h` },
            },
          },
        },
      },
      jaeger_query: {
        storage: { traces: "badger" },
        http: { endpoint: `0.0.0.0:${storePorts.query}` },
        // Nobody asks it over gRPC.
        grpc: { endpoint: "127.0.0.1:16685" },
      },
    },
    service: {
      extensions: ["healthcheckv2", "jaeger_storage", "jaeger_query"],
      telemetry: {
        resource: { "service.name": "traces" },
        logs: { level: "warn", encoding: "json" },
        metrics: { level: "normal", readers: [{ pull: { exporter: { prometheus: { host: "0.0.0.0", port: storePorts.metrics } } } }] },
      },
      pipelines: { traces: { receivers: ["otlp"], processors: ["batch"], exporters: ["jaeger_storage_exporter"] } },
    },
  };
}
