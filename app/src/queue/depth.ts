import type { Logger } from "pino";
import type { Instruments } from "../metrics/instruments.ts";
import type { Database, Statement } from "../postgres/database.ts";
import { queues } from "./queues.ts";

const periodMilliseconds = 10_000;
const states = ["waiting", "active", "delayed", "failed"] as const;

/** Its tables are read here since pg-boss' own counts are up to a minute old, and know no age. */
const depth: Statement = {
  name: "jobs_depth",
  text: `SELECT name AS queue, count(*)::int AS jobs, extract(epoch FROM now() - min(start_after))::float AS age,
      CASE WHEN state IN ('active', 'failed') THEN state::text WHEN start_after > now() THEN 'delayed' ELSE 'waiting' END AS state
    FROM pgboss.job WHERE state IN ('created', 'retry', 'active', 'failed') AND name = ANY ($1) GROUP BY 1, 4`,
};

interface Row {
  queue: string;
  state: (typeof states)[number];
  jobs: number;
  age: number;
}

/** Measures the queues every ten seconds, whoever works on them: each worker shows the same, and rules take the greatest. */
export function followDepth(database: Database, { queueJobs, queueOldestWaiting }: Instruments, log: Pick<Logger, "debug">) {
  const names = Object.values(queues);
  async function measure() {
    const rows = await database.query<Row & Record<string, unknown>>(depth, [names]);
    for (const queue of names) {
      const find = (state: string) => rows.find((row) => row.queue === queue && row.state === state);
      for (const state of states) queueJobs.set({ queue, state }, find(state)?.jobs ?? 0);
      // Nobody works on those, so their age is no delay.
      if (queue !== queues.deadLetters) queueOldestWaiting.set({ queue }, Math.max(find("waiting")?.age ?? 0, 0));
    }
  }
  let running: Promise<void> | undefined;
  const look = () => {
    // The circuit has told of the outage already; the last values stay, and their age shows in other series.
    running ??= measure()
      .catch((error) => log.debug({ reason: error.message }, "the queues can't be measured"))
      .finally(() => {
        running = undefined;
      });
  };
  look();
  const timer = setInterval(look, periodMilliseconds).unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
