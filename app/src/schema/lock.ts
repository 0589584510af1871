import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { MigrationError } from "./files.ts";

/** Any number that no other program uses for an advisory lock in the same database. */
const lockNumber = 7_161_934_205;

/**
 * Takes the lock that lets one process migrate at a time, or throws once `seconds` have passed: an endless wait would end as a
 * rollout that times out without a reason. The lock is the session's, so it goes with the connection, however the holder dies.
 */
export async function lockMigrations(client: Client, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1) AS locked", [lockNumber]);
    if (rows[0]?.locked) return;
    if (performance.now() >= deadline) {
      throw new MigrationError(
        `another process has been migrating this database for over ${seconds} s; see pg_locks (locktype advisory), then run this again.`,
      );
    }
    await sleep(200);
  }
}
