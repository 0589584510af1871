import type { Stack } from "../../stack.ts";
import type { Fault } from "../fault.ts";
import { asFault, heldIn, repeatedly, scaled, sql } from "../in-pod.ts";
import { type Writers, writers } from "./writers.ts";

export const postgresGone: Fault = {
  name: "Postgres scaled to 0 while links are made",
  alerts: ["PostgresDown critical", "AppAvailabilityBudgetBurnFast critical availability", "AppAvailabilityBudgetBurnSlow warning availability"],
  async start(stack) {
    const leave = await writers(stack, { count: 20, patience: 10 });
    const back = await scaled(stack, "statefulset/postgres", 0);
    return async () => {
      await leave();
      await back();
    };
  },
};

export const transactionLeftOpen: Fault = {
  name: "a transaction left open",
  alerts: ["PostgresLongTransaction warning"],
  start: (stack) => heldIn(stack, "postgres-0", `${asFault}; exec psql --command 'BEGIN' --command 'SELECT pg_sleep(600)'`),
};

export const connectionsTaken: Fault = {
  name: "85 of 100 connections taken by another client",
  alerts: ["PostgresConnectionsHigh warning"],
  async start(stack) {
    const script =
      "printf 'SELECT pg_sleep(600);' > /tmp/sleep.sql; exec /usr/lib/postgresql/17/bin/pgbench --no-vacuum --client=85 --transactions=1 --file=/tmp/sleep.sql links";
    const end = await heldIn(stack, "postgres-0", `${asFault}; ${script}`);
    return async () => {
      await end();
      await sql(
        stack,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'pgbench' OR application_name = 'fault' AND pid <> pg_backend_pid();",
      );
    };
  },
};

/** How long the table is locked: below the service's time-out of 2 s, so that answers are late and no errors. */
const lockedSeconds = 1.4;

export const tableLocked: Fault = {
  name: `the table of links locked for ${lockedSeconds} s, again and again`,
  alerts: ["AppLatencyBudgetBurnFast critical latency", "AppLatencyBudgetBurnSlow warning latency"],
  start: (stack) => lockedTable(stack, { count: 20, patience: 10 }),
};

/** Who leaves within the objective's threshold is no slow request; the query it left behind still waits for a connection. */
export const impatientWriters: Fault = {
  name: "the table locked, and writers who leave after 0.2 s and come again",
  alerts: ["AppDbPoolSaturated warning"],
  start: (stack) => lockedTable(stack, { count: 40, patience: 0.2 }),
};

async function lockedTable(stack: Stack, who: Writers): Promise<() => Promise<void>> {
  const lock = `BEGIN; LOCK TABLE links IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(${lockedSeconds}); COMMIT; SELECT pg_sleep(0.3);`;
  const unlock = await repeatedly(stack, lock);
  const leave = await writers(stack, who);
  return async () => {
    await unlock();
    await leave();
  };
}
