import type { Stack } from "../../stack.ts";
import type { Fault } from "../fault.ts";
import { repeatedly, scaled, sql } from "../in-pod.ts";

const queue = "link-statistics";

/** Puts jobs into the queue as the service does, each with one try. */
function jobs(stack: Stack, count: number, payload: string): Promise<string> {
  const data = `'{"payload": ${payload}}'::jsonb`;
  const columns = "name, data, retry_limit, dead_letter, heartbeat_seconds, expire_seconds";
  const from = `SELECT name, ${data}, 0, dead_letter, heartbeat_seconds, expire_seconds FROM pgboss.queue, generate_series(1, ${count}) WHERE name = '${queue}'`;
  return sql(stack, `INSERT INTO pgboss.job (${columns}) ${from};`);
}

export const jobsNobodyCanDo: Fault = {
  name: "jobs that no worker can read",
  alerts: ["AppQueueJobsFailing warning", "AppQueueDeadLetters warning"],
  async start(stack) {
    await jobs(stack, 5, '{"day": "yesterday", "links": []}');
    return async () => void (await sql(stack, "DELETE FROM pgboss.job WHERE name = 'dead-letters' OR (name = 'link-statistics' AND state = 'failed');"));
  },
};

export const jobsTakeLong: Fault = {
  name: "a hundred jobs, each of which waits 1.4 s for a lock",
  alerts: ["AppQueueWaitTooLong warning"],
  async start(stack) {
    await jobs(stack, 100, `{"day": "${new Date().toISOString().slice(0, 10)}", "links": []}`);
    const lock = "BEGIN; LOCK TABLE link_statistics IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1.4); COMMIT;";
    return repeatedly(stack, lock);
  },
};

export const workerGone: Fault = {
  name: "the worker scaled to 0",
  alerts: ["AppWorkerDown warning"],
  start: (stack) => scaled(stack, `deployment/${stack.service}-worker`, 0),
};
