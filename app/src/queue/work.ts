import type { JobWithMetadata, PgBoss } from "pg-boss";
import type { Logger } from "pino";
import type { Instruments } from "../metrics/instruments.ts";
import type { Tracing } from "../tracing/tracing.ts";
import type { JobData } from "./sender.ts";

/** Does one job. It may be given the same job again, so it must not matter how often it has run. */
export type JobHandler = (payload: unknown, signal: AbortSignal) => Promise<void>;

export interface WorkOptions {
  boss: PgBoss;
  instruments: Pick<Instruments, "queueJobsTotal" | "queueJobDuration">;
  tracing: Tracing | undefined;
  log: Pick<Logger, "info" | "warn" | "error">;
}

/** Jobs taken at once. They run one after another: the database is what they wait for, and it serves requests too. */
const batchSize = 20;

/** Works on a queue: each job by itself, measured, logged, in its trace. */
export async function workOn(queue: string, handle: JobHandler, { boss, instruments, tracing, log }: WorkOptions): Promise<void> {
  async function run(job: JobWithMetadata<JobData<unknown> | null>) {
    const stop = instruments.queueJobDuration.startTimer({ queue });
    const attempt = job.retryCount + 1;
    const done = () => handle(job.data?.payload, job.signal);
    const description = () => ({
      name: `process ${queue}`,
      attributes: { "messaging.system": "pg-boss", "messaging.destination.name": queue, "messaging.message.id": job.id },
    });
    try {
      await (tracing ? tracing.run(job.data?.trace, description, done) : done());
      instruments.queueJobsTotal.inc({ queue, outcome: "completed" });
      log.info({ queue, job: job.id, attempt, milliseconds: Math.round(stop() * 1_000) }, "job done");
      return { id: job.id, status: "completed" as const };
    } catch (error) {
      const { message, name } = error as Error;
      const last = job.retryCount >= job.retryLimit;
      instruments.queueJobsTotal.inc({ queue, outcome: last ? "failed" : "retried" });
      log[last ? "error" : "warn"](
        { queue, job: job.id, attempt, reason: message, milliseconds: Math.round(stop() * 1_000) },
        last ? "job given up" : "job failed, and will be tried again",
      );
      return { id: job.id, status: "failed" as const, output: { name, message } };
    }
  }

  // So that a rate has a beginning: a counter that appears with its first failure shows no growth.
  for (const outcome of ["completed", "failed", "retried"]) instruments.queueJobsTotal.inc({ queue, outcome }, 0);
  const options = { batchSize, includeMetadata: true, perJobResults: true, burstWhenBatchFull: true, pollingIntervalSeconds: 1 } as const;
  await boss.work<JobData<unknown> | null, unknown, typeof options>(queue, options, async (jobs) => {
    const results = [];
    for (const job of jobs) results.push(await run(job));
    return results;
  });
}
