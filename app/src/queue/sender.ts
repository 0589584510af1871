import type { PgBoss } from "pg-boss";
import type { Logger } from "pino";
import type { Database } from "../postgres/database.ts";
import { type TraceHeaders, traceHeaders } from "../tracing/context.ts";
import { createBoss } from "./boss.ts";

/** What every job carries: its own data, and the trace it was sent in. */
export interface JobData<T> {
  payload: T;
  trace?: TraceHeaders;
}

export interface JobSender {
  send<T extends object>(queue: string, payload: T): Promise<void>;
  close(): Promise<void>;
}

/** Sends jobs, from the first one on: a process must start, and tell its state, also while the database is away. */
export function createJobSender(database: Database, log: Pick<Logger, "warn" | "info">): JobSender {
  const boss = createBoss(database, log, { works: false });
  let started: Promise<PgBoss> | undefined;

  function start(): Promise<PgBoss> {
    started ??= boss.start().catch((error) => {
      started = undefined;
      throw error;
    });
    return started;
  }

  return {
    async send(queue, payload) {
      await (await start()).send(queue, { payload, trace: traceHeaders() } satisfies JobData<typeof payload>);
    },
    async close() {
      if (started) await boss.stop({ graceful: false });
    },
  };
}
