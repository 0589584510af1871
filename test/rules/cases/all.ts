import { backupCases } from "./backup.ts";
import type { AlertCase } from "./case.ts";
import { certificateCases } from "./certificate.ts";
import { dependencyCases } from "./dependency.ts";
import { exporterCases } from "./exporters.ts";
import { jobCases } from "./jobs.ts";
import { postgresCases } from "./postgres.ts";
import { postgresReplicationCases } from "./postgres-replication.ts";
import { redisCases } from "./redis.ts";
import { restoreDrillCases } from "./restore-drill.ts";
import { rolloutCases } from "./rollout.ts";
import { saturationCases } from "./saturation.ts";
import { serviceCases } from "./service.ts";
import { walArchiveCases } from "./wal-archive.ts";
import { watchdogCases } from "./watchdog.ts";
import { webSocketCases } from "./web-socket.ts";
import { workerCases } from "./worker.ts";
import { workloadCases } from "./workload.ts";

/** Every situation of every cause alert. */
export const causeCases: AlertCase[] = [
  ...serviceCases,
  ...dependencyCases,
  ...webSocketCases,
  ...workerCases,
  ...saturationCases,
  ...workloadCases,
  ...rolloutCases,
  ...jobCases,
  ...exporterCases,
  ...postgresCases,
  ...walArchiveCases,
  ...postgresReplicationCases,
  ...redisCases,
  ...backupCases,
  ...restoreDrillCases,
  ...certificateCases,
  ...watchdogCases,
];
