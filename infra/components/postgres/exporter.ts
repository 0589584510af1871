import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { Monitoring } from "../component-args.ts";
import type { ExporterArgs } from "../exporter/exporter.ts";
import { authorityFilePath, secretFilePath } from "../kubernetes/pod.ts";
import type { PostgresArgs } from "./postgres.ts";
import type { PostgresSpec } from "./spec.ts";

/** postgres_exporter with the role `pg_monitor`: it sees statistics, never rows. */
export function postgresExporter(args: PostgresArgs, spec: PostgresSpec, watched: ServiceBinding, monitoring: Monitoring): ExporterArgs {
  return {
    namespace: args.namespace,
    labels: args.labels,
    annotations: args.annotations,
    image: spec.exporterImage,
    port: 9187,
    uses: [watched],
    arguments: ["--collector.database_wraparound", "--collector.long_running_transactions", "--collector.postmaster"],
    environment: {
      // Tried twice within one scrape, whose limit is 5 s: a longer wait for a server that is gone would lose the scrape, and with it the news.
      DATA_SOURCE_URI: pulumi.interpolate`${watched.host}:${watched.port}/${spec.database}?sslmode=verify-full&sslrootcert=${authorityFilePath(watched)}&connect_timeout=2`,
      DATA_SOURCE_USER: watched.settings!.username!,
      DATA_SOURCE_PASS_FILE: secretFilePath(watched, "password"),
    },
    monitoring,
  };
}
