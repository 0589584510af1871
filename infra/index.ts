import * as k8s from "@pulumi/kubernetes";
import { serviceDashboards } from "slipway-dashboards";
import {
  Alerts,
  AppImage,
  BackupBucket,
  Dashboards,
  Postgres,
  PostgresBackup,
  PublicEndpoint,
  Redis,
  RedisPurpose,
  ServiceLevel,
  ServiceNamespace,
  WebService,
} from "./components/index.ts";
import { fromPulumi } from "./config/load.ts";
import { preflight } from "./preflight/preflight.ts";

/** The program of every stack. */
export default async function program() {
  const config = fromPulumi();
  await preflight(config);
  const cluster = new k8s.Provider("cluster", { context: config.cluster.context, clusterIdentifier: config.cluster.identifier });
  const within = { provider: cluster };
}
