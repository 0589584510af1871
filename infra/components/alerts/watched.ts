import type { BackupKind } from "../backup-tools/format/manifest.ts";
import type { RedisPurpose } from "../redis/redis.ts";

/** The application. */
export interface WatchedService {
  /** Name of its Deployment, HorizontalPodAutoscaler and Service; the last is the `job` label of its series. */
  name: string;
  /** Prefix of its migration Jobs' names. Left out, there are none to watch. */
  migrationJob?: string;
  /** Whether its rate limiter counts in Redis. Defaults to false. */
  sharedRateLimiter?: boolean;
  /** Whether it holds WebSocket connections. Defaults to false. */
  webSocket?: boolean;
  /** Whether it sends traces. Defaults to false. */
  traces?: boolean;
}

/** The worker that does the service's queued jobs. */
export interface WatchedWorker {
  /** Name of its Deployment, and the `job` label of its series, such as `links-worker`. */
  job: string;
  /** Queue in which jobs that were given up wait for a person. Left out, there is none: it is then watched as any other, and its jobs wait too long. */
  deadLetterQueue?: string;
}

/** A Postgres with its exporter. */
export interface WatchedPostgres {
  /** The `job` label of its exporter's series. */
  exporterJob: string;
  /** Name of the claim that holds its data, such as `data-postgres-0`. Left out, nobody watches the disk. */
  claim?: string;
  /** Whether it archives its log by itself (`archive_mode`), as a cluster's operator has it. Defaults to false: nothing is said about such an archive. */
  archived?: boolean;
  /** A `WalArchive` that fetches its log. Left out, nothing is said about one. */
  walArchive?: WatchedWalArchive;
  /** Number of standbys that stream from it. Defaults to 0: nothing is said about them. Each needs a target of the exporter's job, for its lag. */
  replicas?: number;
  /** The `job` label of the standbys' own series, where they have another than `exporterJob`. Defaults to that. */
  replicasJob?: string;
}

/** A `WalArchive`. */
export interface WatchedWalArchive {
  /** The `job` label of its series: its output `job`. */
  job: string;
  /** The `job` label of the exporter that reports what lies in the bucket, a `BackupExporter`. Left out, only what the archive says of itself counts, which it forgets at a restart. */
  exporterJob?: string;
  /** Name of the database in the bucket. Left out, any database's log counts. */
  database?: string;
}

/** A Redis with its exporter. */
export interface WatchedRedis {
  /** The `job` label of its exporter's series. */
  exporterJob: string;
  /** `cache` or `state`: what is harmless to a cache loses data of state. */
  purpose: RedisPurpose;
  /** Whether a replica follows it. Defaults to false: nothing is said about one. */
  replica?: boolean;
}

/** A CronJob that makes backups: of a `PostgresBackup`, a `RedisBackup` or a `WalArchive`. */
export interface WatchedBackup {
  /** Name of the CronJob, which its alerts have as the label `backup`. */
  cronJob: string;
  /** What it makes. Defaults to `dump`. */
  kind?: BackupKind;
  /** Hours after which the newest good backup is too old. Defaults to 26: a daily schedule and two hours to run. Give the schedule's longest gap and two hours. */
  maximumAgeHours?: number;
  /**
   * The `job` label of the exporter that reports what lies in the bucket, a `BackupExporter`. Left out, the age is that of the CronJob's
   * last success, and nobody looks at sizes and damage.
   */
  exporterJob?: string;
  /** Name of the database, or of the Redis, in the bucket, for the age of its newest backup there. Left out, any of that kind counts. */
  database?: string;
}

/**
 * Drills that restore a backup, or go back to a moment, and check what came out. Read are `restore_drill_last_success_timestamp_seconds`,
 * `restore_drill_result{check}` (1 is good), `restore_drill_duration_seconds{phase}` and `restore_drill_rpo_seconds`, each of the last drill
 * and with the label `drilled`, as a `BackupExporter` finds them in the bucket.
 */
export interface WatchedRestoreDrill {
  /** The `job` label of the exporter that reports them. */
  exporterJob: string;
  /** Hours after which the last good drill is too old. Defaults to 192: a weekly drill and a day to mend one that failed. */
  maximumAgeHours?: number;
  /** Hours after which the last good drill of a moment is too old, where a `WalArchive` keeps the log. Left out, none is waited for. */
  momentMaximumAgeHours?: number;
  /** Recovery time objective in seconds: how long a restore may take. Defaults to 3600. */
  recoveryTimeSeconds?: number;
  /** Recovery point objective in seconds: how old the newest backup's data may be. Defaults to 93600, 26 hours: as old as a daily backup may be. */
  recoveryPointSeconds?: number;
}

/** A cert-manager Certificate. */
export interface WatchedCertificate {
  /** Its name, in the namespace of the service. */
  name: string;
}
