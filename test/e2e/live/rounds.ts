import type { Fault, Round } from "./fault.ts";
import { eventLoopBlocked, memoryExceeded, memoryNearLimit, noReplicas, replicaHangs } from "./faults/app.ts";
import { backupOfLittle, pieceLost } from "./faults/backups.ts";
import { certificateOfDays, certificateOfHours, clusterMetricsGone, issuerGone } from "./faults/cluster.ts";
import { backupFails, migrationFails, otherJobFails } from "./faults/jobs.ts";
import { connectionsTaken, impatientWriters, postgresGone, tableLocked, transactionLeftOpen } from "./faults/postgres.ts";
import { logCantBeShortened, logCantBeWritten, redisGone, stateEvicts } from "./faults/redis.ts";
import { usersGone } from "./faults/traffic.ts";
import { connectionsBreakOff } from "./faults/web-socket.ts";
import { jobsNobodyCanDo, jobsTakeLong, workerGone } from "./faults/worker.ts";
import { exporterGone, noRoomToScale, processorTaken, rolloutPaused, versionThatEnds } from "./faults/workload.ts";

/** What needs no fault: it fires always, or on numbers that were lowered since no fault reaches them. */
export const nothingBroken: Fault = {
  name: "none",
  alerts: [
    "Watchdog info",
    "PostgresXidAgeHigh warning",
    "PostgresDiskFillingUp warning",
    "BackupTooOld warning",
    "RestoreDrillTooOld warning",
    "RestoreRtoAboveTarget warning",
    "RestoreRpoAboveTarget warning",
  ],
  always: true,
  start: async () => async () => {},
};

/**
 * In this order: first what objectives remember longest, and the database slow before it is away, since what waited for it then was slow too. A page holds back the tickets of its service, so tickets have rounds in which
 * nothing pages.
 */
export const rounds: Round[] = [
  { name: "nothing", faults: [nothingBroken] },
  { name: "database slow", faults: [tableLocked] },
  { name: "database away", faults: [postgresGone] },
  {
    name: "Redis away",
    faults: [
      redisGone,
      transactionLeftOpen,
      connectionsTaken,
      rolloutPaused,
      processorTaken,
      certificateOfDays,
      migrationFails,
      backupFails,
      otherJobFails,
      jobsNobodyCanDo,
    ],
  },
  { name: "workload", faults: [versionThatEnds, noRoomToScale, eventLoopBlocked, memoryNearLimit, stateEvicts, issuerGone, jobsTakeLong] },
  { name: "disk and memory", faults: [logCantBeWritten, memoryExceeded, connectionsBreakOff, backupOfLittle] },
  { name: "what watches", faults: [logCantBeShortened, exporterGone, workerGone, clusterMetricsGone, pieceLost] },
  { name: "one replica", faults: [replicaHangs] },
  { name: "database busy", faults: [impatientWriters] },
  { name: "silence", faults: [usersGone, certificateOfHours] },
  { name: "all replicas", faults: [noReplicas] },
];
