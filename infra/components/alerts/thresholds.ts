/** Where the alerts begin. Each can be set alone; a change restarts nothing. */
export interface AlertThresholds {
  /** Seconds of event-loop delay, 99th percentile. Defaults to 0.15: a wait of 0.1 for every request in the process, and the 0.05 between two samples, which the metric contains. */
  eventLoopLagSeconds?: number;
  /** Requests that wait for a database connection, averaged over five minutes, in one pod. Defaults to 1: the pool is never free. */
  databasePoolWaiting?: number;
  /** Share of limiter decisions made without the shared store. Defaults to 0.01: a restart of Redis costs less over five minutes. */
  localLimiterShare?: number;
  /** Requests per second, averaged over an hour, above which silence for ten minutes is no accident. Defaults to 1. */
  trafficPerSecond?: number;
  /** Share of closed WebSocket connections that broke off. Defaults to 0.2: of mobile clients a few percent lose their network without a word. */
  webSocketAbnormal?: number;
  /** WebSocket connections that must have closed within ten minutes before a share of them says anything. Defaults to 20: one is then 5 %. */
  webSocketCloses?: number;
  /** Share of a pod's WebSocket connections in use. Defaults to 0.9: a pod that restarts sends its own to the others. */
  webSocketConnections?: number;
  /** Share of spans that are dropped instead of exported. Defaults to 0.05: a collector's restart costs less over ten minutes. */
  spansDropped?: number;
  /** Share of jobs that fail for good. Defaults to 0.01: with fewer than a hundred jobs in 15 minutes a single one counts, since each was retried before. */
  queueFailed?: number;
  /** Seconds that a job may wait for a worker. Defaults to 300: a rollout of the worker takes less. */
  queueWaitSeconds?: number;
  /** Share of a container's memory limit in use. Defaults to 0.9: for an hour of slow growth before the kernel kills it. */
  memoryOfLimit?: number;
  /** Share of scheduler periods in which a container is stopped by its CPU limit. Defaults to 0.25: bursts of garbage collection stay below. */
  cpuThrottled?: number;
  /** Container restarts within 15 minutes. Defaults to 3: once may be a node, three times is the program. */
  restarts?: number;
  /** Share of Postgres's `max_connections` in use. Defaults to 0.8: a rolling update doubles the pods' pools for a while. */
  postgresConnections?: number;
  /** Age of the oldest transaction ID. Defaults to 500 million: autovacuum acts at 200 million, Postgres stops writes at 2,100 million. */
  postgresTransactionIdAge?: number;
  /** Seconds a transaction may stay open. Defaults to 3600: vacuum cleans nothing newer; a dump is such a transaction too. */
  postgresTransactionSeconds?: number;
  /** Seconds since the last archived segment, while there are writes. Defaults to 900: three times an `archive_timeout` of five minutes. Keep it above yours. */
  walArchiveLagSeconds?: number;
  /** Share of the log that Postgres may keep for its archive (`max_slot_wal_keep_size`) which waits there. Defaults to 0.5: as much time again is left before it is thrown away. */
  walHeldBack?: number;
  /** Seconds by which a standby may be behind. Defaults to 30: more than a checkpoint or a vacuum costs. */
  replicationLagSeconds?: number;
  /** Share of the data volume that must stay free. Defaults to 0.15: Postgres stops when it can't write its log, and growing a volume takes time. */
  diskFree?: number;
  /** Days ahead for which the volume's growth is extended. Defaults to 4: a ticket on Thursday is read before it is full on Monday. */
  diskFullDays?: number;
  /** Share of `maxmemory` that state may fill. Defaults to 0.8: at 1 every write fails. */
  redisMemory?: number;
  /** Share by which a backup's size may differ from the median of a week. Defaults to 0.5: a week's growth stays below, half of the tables missing does not. */
  backupSizeChange?: number;
  /** Days before a certificate's end. Defaults to 14: cert-manager renews 30 days before, so it has failed for 16. */
  certificateDays?: number;
  /** Days before a certificate's end from which it pages. Defaults to 2: time to mend it before every caller is refused. */
  certificateCriticalDays?: number;
}

/** The thresholds with every default filled in, for the rules and for the lines in dashboards. */
export function alertThresholds(given: AlertThresholds = {}): Required<AlertThresholds> {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    eventLoopLagSeconds: 0.15,
    databasePoolWaiting: 1,
    localLimiterShare: 0.01,
    trafficPerSecond: 1,
    webSocketAbnormal: 0.2,
    webSocketCloses: 20,
    webSocketConnections: 0.9,
    spansDropped: 0.05,
    queueFailed: 0.01,
    queueWaitSeconds: 300,
    memoryOfLimit: 0.9,
    cpuThrottled: 0.25,
    restarts: 3,
    postgresConnections: 0.8,
    postgresTransactionIdAge: 500_000_000,
    postgresTransactionSeconds: 3600,
    walArchiveLagSeconds: 900,
    walHeldBack: 0.5,
    replicationLagSeconds: 30,
    diskFree: 0.15,
    diskFullDays: 4,
    redisMemory: 0.8,
    backupSizeChange: 0.5,
    certificateDays: 14,
    certificateCriticalDays: 2,
    ...set,
  };
}

const shares = [
  "localLimiterShare",
  "webSocketAbnormal",
  "webSocketConnections",
  "spansDropped",
  "queueFailed",
  "memoryOfLimit",
  "cpuThrottled",
  "postgresConnections",
  "walHeldBack",
  "diskFree",
  "redisMemory",
] as const;

/** What is wrong with the thresholds, each with its mend. */
export function thresholdProblems(given: AlertThresholds = {}): (string | false)[] {
  const all = alertThresholds(given);
  return [
    ...Object.entries(all).map(
      ([key, value]) => !(Number.isFinite(value) && value > 0) && `thresholds.${key} ${value} is no threshold; give a number above 0.`,
    ),
    ...shares.map((key) => all[key] >= 1 && `thresholds.${key} ${all[key]} is a share and never reached; give less than 1, such as ${alertThresholds()[key]}.`),
    all.certificateCriticalDays >= all.certificateDays &&
      `thresholds.certificateCriticalDays ${all.certificateCriticalDays} is not below certificateDays ${all.certificateDays}; give less, so that the ticket comes before the page.`,
    all.postgresTransactionIdAge >= 2_000_000_000 &&
      `thresholds.postgresTransactionIdAge ${all.postgresTransactionIdAge} leaves no time before Postgres refuses writes; give less than 2000000000.`,
  ];
}
