import { bytes } from "../../components/kubernetes/quantities.ts";

/** Ports of every collector: what it says of itself, and whether it lives. */
export const collectorPorts = { metrics: 8888, health: 13133 } as const;

const mebibytes = (memory: string, share: number) => Math.floor((bytes(memory) * share) / 2 ** 20);

/**
 * Refuses work before the kernel ends the process: what is refused is counted and, where it can be, read again; what a killed
 * process held is neither. Go gives memory back late, so a fifth of the limit stays free.
 */
export function memoryLimiter(memory: string) {
  return { check_interval: "1s", limit_mib: mebibytes(memory, 0.8), spike_limit_mib: mebibytes(memory, 0.2) };
}

/** The `service` section but for the pipelines. Info would be a line a file and a batch. */
export const collectorService = {
  extensions: ["health_check"],
  telemetry: {
    logs: { level: "warn", encoding: "json" },
    metrics: { level: "normal", readers: [{ pull: { exporter: { prometheus: { host: "0.0.0.0", port: collectorPorts.metrics } } } }] },
  },
};

export const healthCheck = { health_check: { endpoint: `0.0.0.0:${collectorPorts.health}` } };
