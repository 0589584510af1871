import type { RedisPurpose } from "../redis/redis.ts";

/** The application. */
export interface WatchedService {
  /** Name of its Deployment, HorizontalPodAutoscaler and Service; the last is the `job` label of its series. */
  name: string;
  /** Prefix of its migration Jobs' names. Left out, there are none to watch. */
  migrationJob?: string;
  /** Whether its rate limiter counts in Redis. Defaults to false. */
  sharedRateLimiter?: boolean;
}

/** A Postgres with its exporter. */
export interface WatchedPostgres {
  /** The `job` label of its exporter's series. */
  exporterJob: string;
  /** Name of the claim that holds its data, such as `data-postgres-0`. Left out, nobody watches the disk. */
  claim?: string;
}

/** A Redis with its exporter. */
export interface WatchedRedis {
  /** The `job` label of its exporter's series. */
  exporterJob: string;
  /** `cache` or `state`: what is harmless to a cache loses data of state. */
  purpose: RedisPurpose;
}

/** A CronJob that makes backups. */
export interface WatchedBackup {
  /** Name of the CronJob. */
  cronJob: string;
  /** Hours after which the newest good backup is too old. Defaults to 26: a daily schedule and two hours to run. Give the schedule's longest gap and two hours. */
  maximumAgeHours?: number;
}

/** A cert-manager Certificate. */
export interface WatchedCertificate {
  /** Its name, in the namespace of the service. */
  name: string;
}
