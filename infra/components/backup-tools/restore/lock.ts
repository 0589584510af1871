import { once } from "node:events";
import { start } from "../subprocess.ts";
import { maintenance } from "./databases.ts";
import { literal, type Server } from "./sql.ts";

/**
 * Does some work while nobody else restores that database: a second restore would take the first one's unfinished database for a
 * leftover. The lock is a session's, so it goes with the pod, however that ends.
 */
export async function withRestoreLock<T>(server: Server, database: string, work: () => Promise<T>): Promise<T> {
  const session = start("psql", ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", "--file=-"], {
    ...server,
    PGDATABASE: maintenance,
  });
  session.stdin.write(`SELECT pg_try_advisory_lock(hashtextextended(${literal(`slipway restore ${database}`)}, 0));\n`);
  try {
    const answer = await Promise.race([once(session.stdout, "data").then(([text]) => `${text}`.trim()), session.ended.then(() => "")]);
    if (answer !== "t") throw new Error(`another restore of database ${database} is under way; wait for its end, or delete its job`);
    return await work();
  } finally {
    session.stdin.end();
    await session.ended.catch(() => undefined);
  }
}
