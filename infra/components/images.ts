/**
 * Every image that the library runs, in one place, so that an upgrade is one reviewed line and a mirror needs one list.
 * Each can be overridden by the component's `image` argument, or for a whole stack by the config key `images`.
 */
export const images = {
  postgres: "docker.io/library/postgres:18.4-bookworm",
  /** For CloudNativePG, which brings its own way to start a server. */
  postgresCluster: "ghcr.io/cloudnative-pg/postgresql:18.4-standard-bookworm",
  postgresExporter: "quay.io/prometheuscommunity/postgres-exporter:v0.20.1",
  redis: "docker.io/library/redis:8.8-bookworm",
  redisExporter: "docker.io/oliver006/redis_exporter:v1.88.0",
  /** S3 for clusters without a cloud: a gateway before a plain directory. */
  objectStore: "ghcr.io/versity/versitygw:v1.7.0",
  /** Lends its `node` to pods of backups and restores, whose images are those of the databases. Of a glibc not newer than theirs. */
  node: "docker.io/library/node:24-bookworm-slim",
} as const;

export type ImageName = keyof typeof images;
