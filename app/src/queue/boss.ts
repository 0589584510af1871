import { PgBoss } from "pg-boss";
import type { Logger } from "pino";
import type { Database } from "../postgres/database.ts";

/** Seconds between two looks for jobs whose worker has fallen silent, and so the longest that such a job waits beyond its lease. */
const superviseSeconds = 15;

/**
 * pg-boss on the process' own pool, behind its circuit. It makes no table: its schema is a migration's, and a database without it,
 * or with another version of it, is an error of `start`.
 */
export function createBoss(database: Database, log: Pick<Logger, "warn" | "info">, { works }: { works: boolean }): PgBoss {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => database.execute("jobs", text, values) },
    migrate: false,
    createSchema: false,
    schedule: works,
    supervise: works,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    // It would need the owner's rights; autovacuum keeps these small tables in shape.
    reindex: false,
  });
  let reported = "";
  // One line for an outage, not one for each poll.
  boss.on("error", (error: Error) => {
    const reason = error.message.replace(/ \(Queue: .*/, "");
    if (reason === reported) return;
    reported = reason;
    log.warn({ reason }, "the job queue has a problem");
  });
  boss.on("wip", () => {
    reported = "";
  });
  boss.on("warning", ({ message }) => log.warn({ reason: message }, "the job queue warns"));
  return boss;
}
