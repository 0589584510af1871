import type { TestCluster } from "./cluster.ts";

/** A one-node cluster on this machine whose command `lab` is on the PATH: it builds images without Docker and pulls nothing from outside. */
export const lab: TestCluster = {
  ingress: "127.0.0.1:18443",
  ingressPlain: "127.0.0.1:18080",
  prometheus: "http://127.0.0.1:30090",
  telemetry: {
    tracing: { endpoint: "http://otelcol.observability:4318", namespace: "observability" },
    jaeger: "http://127.0.0.1:30686",
    loki: "http://127.0.0.1:30100",
  },
  otherStore: { service: "s3/s3", outside: "http://127.0.0.1:30900", accessKeyId: "labaccess", secretAccessKey: "labsecretlabsecret" },
  images: {
    postgres: "lab.local/postgres:17",
    postgresCluster: "lab.local/postgres:17",
    postgresExporter: "lab.local/postgres-exporter:1",
    redis: "lab.local/redis:8",
    redisExporter: "lab.local/redis-exporter:1",
    objectStore: "lab.local/s3:1.7.0",
    node: "lab.local/node:24",
  },
  prepare: [["lab", "image", "make", "postgres", "redis", "postgres-exporter", "redis-exporter", "s3", "node"]],
  build: ["lab", "image", "build"],
  repository: "lab.local/links-e2e",
  baseImage: "lab.local/node:24",
  processOf: ["lab", "pid"],
};
