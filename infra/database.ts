import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { images as catalogue, type ManagedPostgres, type PostgresArgs, type WatchedPostgres } from "./components/index.ts";
import type { StackConfig } from "./config/load.ts";

/** The database, as its mode wants it. */
export function databaseArgs({ backups, images, postgres, service }: StackConfig): Omit<PostgresArgs, "namespace"> {
  const { managed, ...rest } = postgres;
  return {
    ...rest,
    database: databaseName(service.name),
    image: databaseImage({ images, postgres }),
    exporterImage: images.postgresExporter,
    managed: managed && managedArgs(managed),
    archived: backups.pointInTime !== undefined,
  };
}

/** Name of the service's database: Postgres takes no hyphen without quotes. */
export const databaseName = (service: string) => service.replaceAll("-", "_");

/** Who runs the database decides on its image; programs that speak to it come from the same one, so that their version fits. */
export function databaseImage({ images, postgres }: Pick<StackConfig, "images" | "postgres">): string | undefined {
  return postgres.mode === "cluster" ? (images.postgresCluster ?? catalogue.postgresCluster) : images.postgres;
}

/** What of it is watched. A cluster's operator numbers its servers, and their claims, from one; AWS watches its own disk. */
export function watchedDatabase({ backups, postgres, service }: Pick<StackConfig, "backups" | "postgres" | "service">): WatchedPostgres {
  const { cluster, mode } = postgres;
  const exporterJob = "postgres-exporter";
  if (mode === "managed") return { exporterJob };
  const walArchive = { job: "postgres-wal", exporterJob: "backup-exporter", database: databaseName(service.name) };
  if (mode === "single") return { exporterJob, claim: "data-postgres-0", walArchive: backups.pointInTime && walArchive };
  return { exporterJob, claim: "postgres-1", replicas: (cluster?.instances ?? 3) - 1, replicasJob: "postgres" };
}

function managedArgs({ authoritiesFile, ...machine }: NonNullable<StackConfig["postgres"]["managed"]>): ManagedPostgres {
  return { ...machine, authorities: authoritiesOf(authoritiesFile) };
}

function authoritiesOf(file: string): string {
  try {
    return readFileSync(resolve(import.meta.dirname, "..", file), "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new pulumi.RunError(
      `slipway:postgres.managed.authoritiesFile: "${file}" can't be read (${reason}); fetch https://truststore.pki.rds.amazonaws.com/<region>/<region>-bundle.pem into it.`,
    );
  }
}
