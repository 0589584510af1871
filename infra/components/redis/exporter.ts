import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { Monitoring } from "../component-args.ts";
import type { ExporterArgs } from "../exporter/exporter.ts";
import { secretFilePath } from "../kubernetes/pod.ts";
import { port } from "./configuration.ts";
import type { RedisArgs } from "./redis.ts";
import type { RedisSpec } from "./spec.ts";

const address = (host: string, tls: boolean, user = "") => `${tls ? "rediss" : "redis"}://${user}${host}:${port}`;
const hasTls = (binding: ServiceBinding) => binding.settings?.tls !== undefined;

/** The exporter's only way to read a password from a file: a map from address, with the user in it, to password. */
export function exporterPasswords(server: ServiceBinding, password: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.secret(pulumi.all([server.host, password]).apply(([name, value]) => JSON.stringify({ [address(name, hasTls(server), "exporter@")]: value })));
}

/** redis_exporter as a user that may read INFO and its like, and no key. */
export function redisExporter(args: RedisArgs, spec: RedisSpec, watched: ServiceBinding, monitoring: Monitoring): ExporterArgs {
  return {
    namespace: args.namespace,
    labels: args.labels,
    annotations: args.annotations,
    image: spec.exporterImage,
    port: 9121,
    uses: [watched],
    environment: {
      REDIS_ADDR: pulumi.output(watched.host).apply((host) => address(host, hasTls(watched))),
      REDIS_USER: watched.settings!.username!,
      REDIS_PASSWORD_FILE: secretFilePath(watched, "passwords.json"),
      // Below the limit of a scrape, 5 s: a longer wait for a server that is gone would lose the scrape, and with it the news.
      REDIS_EXPORTER_CONNECTION_TIMEOUT: "2s",
      // Its process-wide metrics about itself only double the number of series.
      REDIS_EXPORTER_REDIS_ONLY_METRICS: "true",
      // ElastiCache has no CONFIG, and the exporter would log an error at each scrape.
      ...(spec.managed && { REDIS_EXPORTER_CONFIG_COMMAND: "-" }),
    },
    monitoring,
  };
}
