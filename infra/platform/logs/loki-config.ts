import { bytes } from "../../components/kubernetes/quantities.ts";
import type { LogsSpec } from "./spec.ts";

export const lokiPort = 3100;
export const lokiPaths = { config: "/etc/loki", rules: "/etc/loki-rules", data: "/var/loki" } as const;

/** Attributes that are labels of a stream; all others, a pod's name or a trace's id among them, are metadata of a line and make no streams. */
export const streamAttributes = ["k8s.namespace.name", "service.name", "k8s.container.name"] as const;

/** Loki's config, as one process with a volume. */
export function lokiConfig({ retentionDays, storeResources, monitoringNamespace }: LogsSpec): object {
  const retention = `${retentionDays * 24}h`;
  const memory = bytes(storeResources.memory);
  const cache = (share: number) => ({ embedded_cache: { enabled: true, max_size_mb: Math.floor((memory * share) / 2 ** 20), ttl: "1h" } });
  return {
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server: { http_listen_port: lokiPort, grpc_listen_address: "127.0.0.1", grpc_listen_port: 9095, log_level: "warn" },
    common: {
      path_prefix: lokiPaths.data,
      replication_factor: 1,
      ring: { instance_addr: "127.0.0.1", kvstore: { store: "inmemory" } },
      storage: { filesystem: { chunks_directory: `${lokiPaths.data}/chunks`, rules_directory: `${lokiPaths.data}/rules` } },
    },
    schema_config: { configs: [{ from: "2024-04-01", store: "tsdb", object_store: "filesystem", schema: "v13", index: { prefix: "index_", period: "24h" } }] },
    ingester: {
      // What came in after the last write to the volume is replayed after a crash, within the memory that there is.
      wal: { enabled: true, dir: `${lokiPaths.data}/wal`, replay_memory_ceiling: `${Math.floor((memory * 0.5) / 2 ** 20)}MB` },
      // A ring of one has nobody to wait for.
      lifecycler: { min_ready_duration: "0s" },
    },
    chunk_store_config: { chunk_cache_config: cache(0.1) },
    query_range: { results_cache: { cache: cache(0.05) } },
    querier: { max_concurrent: 2 },
    // Its parts talk to each other on loopback alone; without the address, answers go to the pod's, where nothing listens, and no query ends.
    frontend: { address: "127.0.0.1", max_outstanding_per_tenant: 256 },
    limits_config: {
      retention_period: retention,
      // Older lines would be deleted as soon as they are written.
      reject_old_samples: true,
      reject_old_samples_max_age: retention,
      allow_structured_metadata: true,
      otlp_config: { resource_attributes: { ignore_defaults: true, attributes_config: [{ action: "index_label", attributes: [...streamAttributes] }] } },
      // Three, and one that Loki adds to what is too busy for one stream.
      max_label_names_per_series: streamAttributes.length + 1,
      // Someone who prints a whole file loses its end, not the line before and after it.
      max_line_size: "64KB",
      max_line_size_truncate: true,
      ingestion_rate_mb: 8,
      ingestion_burst_size_mb: 32,
      max_global_streams_per_user: 5000,
      max_query_length: retention,
      max_query_parallelism: 4,
      max_entries_limit_per_query: 5000,
      query_timeout: "1m",
      volume_enabled: true,
    },
    compactor: {
      working_directory: `${lokiPaths.data}/compactor`,
      retention_enabled: true,
      delete_request_store: "filesystem",
      retention_delete_delay: "2h",
    },
    ruler: {
      storage: { type: "local", local: { directory: lokiPaths.rules } },
      rule_path: `${lokiPaths.data}/rules-scratch`,
      enable_api: true,
      ring: { kvstore: { store: "inmemory" } },
      ...(monitoringNamespace !== undefined && { alertmanager_url: `http://alertmanager-operated.${monitoringNamespace}:9093`, enable_alertmanager_v2: true }),
    },
  };
}
