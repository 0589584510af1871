/** What the dashboards show, and where their lines stand. All of it is what the alerts were made from. */
export interface DashboardOptions {
  /** Namespace that the dashboards open with. */
  namespace: string;
  /** Name of the service: the `job` label of its series. */
  service: string;
  /** Promises of the service; only those given are shown. */
  objectives: ShownObjectives;
  postgres?: ShownPostgres;
  redis?: ShownRedis[];
  backup?: ShownBackup;
  /** Where the alerts begin. */
  thresholds: DashboardThresholds;
}

export interface ShownObjectives {
  availability?: { target: number };
  latency?: { target: number; thresholdMilliseconds: number };
  /** Days over which they hold. */
  windowDays: number;
  /** Burn rate over an hour from which the fast alert pages. */
  pageBurnRate: number;
}

export interface ShownPostgres {
  exporterJob: string;
  /** Claim of its data volume. */
  claim?: string;
}

export interface ShownRedis {
  exporterJob: string;
  purpose: string;
}

export interface ShownBackup {
  cronJob: string;
  /** Hours after which the newest good backup is too old. */
  maximumAgeHours: number;
}

/** The alert thresholds that stand in panels, in the units of the alerts. */
export interface DashboardThresholds {
  eventLoopLagSeconds: number;
  databasePoolWaiting: number;
  localLimiterShare: number;
  postgresConnections: number;
  postgresTransactionIdAge: number;
  postgresTransactionSeconds: number;
  diskFree: number;
  redisMemory: number;
}
