import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { PgBoss } from "pg-boss";
import type { Config } from "../config/config.ts";
import { createInternal } from "../internal.ts";
import type { Log } from "../log/log.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { createDatabase } from "../postgres/database.ts";
import { createTracing } from "../tracing/tracing.ts";
import { createBoss } from "./boss.ts";
import { followDepth } from "./depth.ts";
import { recordLinkStatistics } from "./link-statistics.ts";
import { queues } from "./queues.ts";
import { removeOldStatistics } from "./statistics-retention.ts";
import { workOn } from "./work.ts";

export interface RunningWorker {
  internalPort: number;
  /** Takes no more jobs, finishes those under way, and closes. */
  stop(): Promise<void>;
}

export type WorkerConfig = Pick<Config, "host" | "internalPort" | "shutdownSeconds" | "version" | "postgres" | "tracing">;

/** Minute 17 of each hour, when fewer other things begin. */
const retentionCron = "17 * * * *";
/** Between two attempts to begin: the database may be away, or its migration still running. */
const againMilliseconds = 2_000;

/** Starts a worker: health and metrics on the internal port, as the service has them, and jobs instead of requests. */
export async function startWorker(config: WorkerConfig, { logger }: Log): Promise<RunningWorker> {
  const metrics = createMetrics(config.version);
  const { instruments } = metrics;
  const database = createDatabase(config.postgres, metrics, logger);
  const tracing = config.tracing.disabled ? undefined : await createTracing(config.tracing, { instruments, version: config.version, log: logger });
  const stopping = new AbortController();
  const internal = createInternal({ database, metrics, draining: () => stopping.signal.aborted });
  await internal.listen({ host: config.host, port: config.internalPort });
  const depth = followDepth(database, instruments, logger);

  async function work(boss: PgBoss) {
    const options = { boss, instruments, tracing, log: logger };
    await workOn(queues.linkStatistics, (payload) => recordLinkStatistics(database, payload), options);
    await workOn(queues.statisticsRetention, (_, signal) => removeOldStatistics(database, signal), options);
    await boss.schedule(queues.statisticsRetention, retentionCron);
  }

  let boss: PgBoss | undefined;
  async function begin() {
    for (let reported = ""; !stopping.signal.aborted; ) {
      const attempt = createBoss(database, logger, { works: true });
      try {
        await attempt.start();
        await work(attempt);
        boss = attempt;
        return;
      } catch (error) {
        await attempt.stop({ graceful: false });
        const reason = (error as Error).message;
        if (reason !== reported) logger.warn({ reason }, "the job queue can't be worked on yet");
        reported = reason;
        await sleep(againMilliseconds, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }
  const begun = begin();

  return {
    internalPort: (internal.server.address() as AddressInfo).port,
    async stop() {
      stopping.abort();
      await begun;
      await boss?.stop({ graceful: true, timeout: config.shutdownSeconds * 1_000 });
      await depth.stop();
      await tracing?.close();
      await database.close();
      await internal.close();
      logger.info("stopped");
    },
  };
}
