import { collectorService, healthCheck, memoryLimiter } from "../collector/config.ts";
import { lokiPort } from "./loki-config.ts";
import type { LogsSpec } from "./spec.ts";

/** Where the node's folder is seen in the container. */
export const podLogMount = "/var/log/pods";

/** Letters and digits of generated names: Kubernetes leaves out vowels and what looks alike, so hardly a word of a person fits. */
const generated = "[bcdfghjklmnpqrstvwxz2456789]";

/**
 * The workload in a pod's name: `links` of `links-b4bdbcdcf-n2n8w`, `postgres` of `postgres-0`, `backup` of `backup-29384756-x7k2p`.
 * It is read from the name, since to ask the API server would take a token that reads every pod of the cluster.
 */
export const workloadOfPod = `^(?P<workload>.+?)(?:-(?:[0-9a-f]{8}|${generated}{6,10}))?(?:-${generated}{5}|-[0-9]+)?$`;

/** Config of the collector on each node: pods' files to Loki. */
export function logCollectorConfig(spec: LogsSpec): object {
  return {
    receivers: {
      file_log: {
        include: [`${podLogMount}/*/*/*.log`],
        // Its own lines: each one sent would make the next.
        exclude: [`${podLogMount}/${spec.collectorNamespace}_*/*/*.log`],
        // Files that are new are read from their start. Of those that were there before it, it would send again what was sent already, and each
        // line twice is a false alarm; so what is written while no collector runs on a node is left out. At an upgrade two overlap.
        start_at: "end",
        include_file_path: true,
        include_file_name: false,
        max_log_size: "128KiB",
        max_concurrent_files: 256,
        poll_interval: "500ms",
        // What the memory limiter refuses is read again.
        retry_on_failure: { enabled: true, max_elapsed_time: 0 },
        operators,
      },
    },
    processors: { memory_limiter: memoryLimiter(spec.collectorResources.memory), batch: { timeout: "1s", send_batch_size: 1000, send_batch_max_size: 2000 } },
    exporters: {
      "otlp_http/loki": {
        endpoint: `http://loki.${spec.namespace}:${lokiPort}/otlp`,
        compression: "gzip",
        timeout: "10s",
        // A full queue holds up the reading: the lines wait in the node's own files, and the queue's share of memory is known.
        sending_queue: { enabled: true, sizer: "bytes", queue_size: queueBytes, num_consumers: 2, block_on_overflow: true },
        retry_on_failure: {
          enabled: true,
          initial_interval: "1s",
          max_interval: `${Math.min(30, spec.giveUpSeconds)}s`,
          max_elapsed_time: `${spec.giveUpSeconds}s`,
        },
      },
    },
    extensions: healthCheck,
    service: { ...collectorService, pipelines: { logs: { receivers: ["file_log"], processors: ["memory_limiter", "batch"], exporters: ["otlp_http/loki"] } } },
  };
}

/** A queue of 16 MiB, a tenth of the collector's memory; read and compressed at the same time it takes three times that. */
const queueBytes = 16 * 2 ** 20;

const operators = [
  // The container runtime's format: time, stream, and pieces of long lines put together.
  { type: "container", format: "containerd", add_metadata_from_filepath: true },
  // A line that begins with a space or a closing brace goes on with the one before: stack traces are one entry.
  {
    type: "recombine",
    combine_field: "body",
    is_first_entry: 'body matches "^[^\\\\s}]"',
    source_identifier: 'attributes["log.file.path"]',
    force_flush_period: "1s",
    max_batch_size: 500,
    max_log_size: "64KiB",
  },
  // As metadata of the line: Loki finds it without reading the text.
  {
    type: "regex_parser",
    if: 'body contains "\\"trace_id\\":\\""',
    regex: '"trace_id":"(?P<trace_id>[0-9a-f]{32})"',
    parse_to: "attributes",
    on_error: "send_quiet",
  },
  { type: "regex_parser", parse_from: 'resource["k8s.pod.name"]', regex: workloadOfPod, parse_to: "attributes", on_error: "send_quiet" },
  { type: "move", from: "attributes.workload", to: 'resource["service.name"]', on_error: "send_quiet" },
  // In every line, and of no use to anybody who asks.
  ...['attributes["log.file.path"]', "attributes.logtag", 'resource["k8s.pod.uid"]', 'resource["k8s.container.restart_count"]'].map((field) => ({
    type: "remove",
    field,
    on_error: "send_quiet",
  })),
];
