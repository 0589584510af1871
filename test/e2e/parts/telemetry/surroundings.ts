import { spawnSync } from "node:child_process";

/** What the tests of logs and traces must know of a cluster beyond what all tests do. */
export interface Surroundings {
  /** Images by their argument. Those left out are the catalogue's. */
  images: { lokiImage?: string; collectorImage?: string; jaegerImage?: string };
  /** Of an Alertmanager, that alerts are sent to. */
  alertmanagerImage: string;
  /** Of pods with Node, that write lines and ask. */
  nodeImage: string;
  /** Where the kubelet keeps pods' logs, if not where it does by default. */
  podLogFolder?: string;
}

const anywhere: Surroundings = { images: {}, alertmanagerImage: "quay.io/prometheus/alertmanager:v0.28.1", nodeImage: "docker.io/library/node:24-slim" };

/** A cluster of the command `lab` pulls nothing; its Jaeger 2 has to be built from the module github.com/jaegertracing/jaeger v1.76.0, `cmd/jaeger`. */
const lab: Surroundings = {
  images: { lokiImage: "lab.local/loki:3.7.8", collectorImage: "lab.local/otelcol:0.157.0", jaegerImage: "lab.local/jaeger:2.13.0" },
  alertmanagerImage: "lab.local/alertmanager:v0.28.1",
  nodeImage: "lab.local/node:24",
  podLogFolder: `${process.env.LAB_STATE ?? "/var/lib/slipway-lab"}/pod-logs`,
};

const listed = spawnSync("lab", ["image", "list"], { encoding: "utf8" });

/** Given by SLIPWAY_E2E_TELEMETRY as JSON, or what the cluster at hand is known to have. */
export const surroundings: Surroundings = {
  ...(listed.error ? anywhere : lab),
  ...(process.env.SLIPWAY_E2E_TELEMETRY && JSON.parse(process.env.SLIPWAY_E2E_TELEMETRY)),
};

/** Why traces can't be stored here, or undefined when they can. */
export const jaegerMissing =
  listed.error || process.env.SLIPWAY_E2E_TELEMETRY || /jaeger:2\.13\.0|jaeger +2\.13\.0/.test(listed.stdout)
    ? undefined
    : "no image of Jaeger 2; build lab.local/jaeger:2.13.0";
