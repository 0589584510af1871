/** What the dashboards show, and where their lines stand. All of it is what the rules were made from. */
export interface DashboardOptions {
  /** Namespace that the dashboards open with. */
  namespace: string;
  /** Name of the service: the `job` label of its series. */
  service: string;
  /** Promises of the service; only those given are shown. */
  objectives: ShownObjectives;
  /** Whether it holds WebSocket connections. */
  webSocket?: boolean;
  /** The worker that does its queued jobs. */
  worker?: ShownWorker;
  postgres?: ShownPostgres;
  redis?: ShownRedis[];
  backups?: ShownBackup[];
  restoreDrill?: ShownRestoreDrill;
  /** Its public endpoint, behind Traefik. */
  edge?: { certificate: string };
  /** Whether its logs are in a Loki, whose lines have OTLP's names (`k8s_namespace_name`, `k8s_pod_name`). */
  logs?: boolean;
  /** Whether it sends traces, and Grafana has a Jaeger to read them from. */
  traces?: boolean;
  /** Where the alerts' runbooks are read, one page an alert. Left out, nothing leads to them. */
  runbookBaseUrl?: string;
  /** Where the alerts begin. */
  thresholds: DashboardThresholds;
}

export interface ShownObjectives {
  availability?: { target: number };
  latency?: { target: number; thresholdMilliseconds: number };
  /** Objectives by queries of one's own. */
  ratios?: { name: string; target: number }[];
  /** Days over which they hold. */
  windowDays: number;
  /** The windows that alerts look at, the one that pages first at the front. */
  burnRates: ShownBurnRate[];
}

export interface ShownBurnRate {
  /** `critical` pages, `warning` opens a ticket. */
  severity: string;
  /** Window in seconds. */
  long: number;
  /** Burn rate from which the alert begins. */
  factor: number;
}

export interface ShownWorker {
  /** The `job` label of its series. */
  job: string;
  /** Queue in which jobs that were given up wait for a person. */
  deadLetterQueue?: string;
}

export interface ShownPostgres {
  exporterJob: string;
  /** Claim of its data volume. */
  claim?: string;
  /** Whether it archives its log by itself. */
  archived?: boolean;
  /** What fetches its log for an archive. */
  walArchive?: ShownWalArchive;
  /** Number of standbys. */
  replicas?: number;
  /** The `job` of their own series. Defaults to `exporterJob`. */
  replicasJob?: string;
}

export interface ShownWalArchive {
  /** The `job` of its series. */
  job: string;
  /** The `job` of the exporter that reports what lies in the bucket. */
  exporterJob?: string;
  /** Name of the database there. */
  database?: string;
}

export interface ShownRedis {
  exporterJob: string;
  purpose: string;
  /** Whether a replica follows it. Defaults to false. */
  replica?: boolean;
}

export interface ShownBackup {
  cronJob: string;
  /** `dump`, `base` or `redis`. Defaults to `dump`. */
  kind?: string;
  /** Hours after which the newest good backup is too old. */
  maximumAgeHours: number;
  /** The `job` of the exporter that reports what lies in the bucket. */
  exporterJob?: string;
  /** Name of the database, or of the Redis, in the bucket. */
  database?: string;
}

export interface ShownRestoreDrill {
  /** The `job` of the exporter that reports drills. */
  exporterJob: string;
  /** Hours after which the last good drill is too old. */
  maximumAgeHours: number;
  /** The same for one of a moment. Left out, the log is not archived, and nothing is shown of moments. */
  momentMaximumAgeHours?: number;
  /** Recovery time objective. */
  recoveryTimeSeconds: number;
  /** Recovery point objective. */
  recoveryPointSeconds: number;
}

/** The alert thresholds that stand in panels, in the units of the alerts. */
export interface DashboardThresholds {
  eventLoopLagSeconds: number;
  databasePoolWaiting: number;
  localLimiterShare: number;
  webSocketAbnormal: number;
  webSocketConnections: number;
  spansDropped: number;
  queueFailed: number;
  queueWaitSeconds: number;
  memoryOfLimit: number;
  cpuThrottled: number;
  restarts: number;
  postgresConnections: number;
  postgresTransactionIdAge: number;
  postgresTransactionSeconds: number;
  walArchiveLagSeconds: number;
  walHeldBack: number;
  replicationLagSeconds: number;
  diskFree: number;
  redisMemory: number;
  certificateDays: number;
  certificateCriticalDays: number;
}
