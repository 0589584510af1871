import type { Database, Statement } from "../postgres/database.ts";

/** Days that statistics are kept: a year and a month, so that a month can be compared with the one a year before. */
const keptDays = 396;
/** Rows in one statement, far from its time-out of two seconds. */
const batch = 5_000;

const removeOld: Statement = {
  name: "link_statistics_remove_old",
  text: `WITH old AS (SELECT ctid FROM link_statistics WHERE day < current_date - $1::int LIMIT $2)
    DELETE FROM link_statistics WHERE ctid IN (SELECT ctid FROM old) RETURNING day`,
};

export async function removeOldStatistics(database: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await database.query(removeOld, [keptDays, batch])).length === batch);
}
