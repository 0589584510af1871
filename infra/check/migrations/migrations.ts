import { MigrationError, type MigrationFile, readMigrations } from "../../../app/src/schema/files.ts";
import { pendingMigrations } from "../../../app/src/schema/history.ts";
import { splitStatements } from "../../../app/src/schema/statements.ts";
import { durationText } from "../age.ts";
import { bad, type Check, type Finding, good, NoAnswer, skipped, warning } from "../finding.ts";
import type { Subject } from "../subject.ts";
import { type DatabaseFacts, databaseFacts, unreadable } from "./database.ts";
import { LockMode, locksOf, type TableLock, Work } from "./locks.ts";

export interface MigrationFacts extends DatabaseFacts {
  /** Seconds that the oldest transaction is open. Every lock that a migration waits for waits for it too. */
  oldestTransactionSeconds: number;
}

/** Rows that a server reads or writes in well under the five seconds that anything may wait for a lock. */
const smallRows = 100_000;
/** A migration gives up on a lock after five seconds; what has been open for longer will likely be there then. */
const lockSeconds = 5;

export const migrations: Check = {
  name: "migrations",
  asks: "which migrations wait, which locks they take, and how large those tables are",
  async ask(subject) {
    const files = readMigrations();
    if (!(await subject.isUp())) return [skipped(`There is no database yet; up runs all ${files.length} migrations on an empty one.`)];
    const facts = await databaseFacts(subject);
    return judge(files, { ...facts, oldestTransactionSeconds: await oldestTransaction(subject) }, subject.after);
  },
};

/** By the exporter, whose login sees the times of everybody's transactions; the service's sees its own. 0 where nobody tells. */
async function oldestTransaction({ namespace, metrics }: Subject): Promise<number> {
  try {
    const found = await (await metrics()).query(`max(pg_long_running_transactions_oldest_timestamp_seconds{namespace="${namespace}"})`);
    return found[0]?.value ?? 0;
  } catch (error) {
    // That Prometheus is away is the alerts' finding.
    if (error instanceof NoAnswer) return 0;
    throw error;
  }
}

export function judge(files: readonly MigrationFile[], database: MigrationFacts, after: boolean): Finding[] {
  let pending: MigrationFile[];
  try {
    pending = pendingMigrations(files, database.applied);
  } catch (error) {
    if (error instanceof MigrationError) return [unreadable(error.message.replaceAll("\n", " "))];
    throw error;
  }
  if (pending.length === 0) return [good(`The database has all ${files.length} migrations.`)];
  if (after)
    return [
      bad(
        `${pending.map(({ file }) => file).join(", ")} did not run.`,
        "Does the image that runs have them? Its Job says what it did: kubectl get jobs, then logs.",
      ),
    ];
  const made = new Set<string>();
  return [...pending.flatMap((file) => fileFindings(file, database, made)), ...oldTransaction(database)];
}

/** What one file does to tables that are in use. Tables that a waiting file makes are nobody's yet. */
function fileFindings({ file, text }: MigrationFile, { tables }: DatabaseFacts, made: Set<string>): Finding[] {
  const heavy: Finding[] = [];
  const light: string[] = [];
  for (const { text: statement, line } of splitStatements(text)) {
    for (const lock of locksOf(statement).filter(({ table }) => !made.has(table))) {
      const rows = tables[lock.table]?.rows ?? 0;
      const says = `${lock.mode} on ${lock.table} (${Math.round(rows)} rows)`;
      if (blocks(lock) && lock.work !== Work.catalog && rows > smallRows) heavy.push(heavyFinding(`${file}, line ${line}`, lock, says));
      else light.push(says);
    }
    const created = /^\s*create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w."]+)/i.exec(statement)?.[1];
    if (created) made.add(created.replaceAll('"', ""));
  }
  const locks = light.length > 0 ? `takes ${[...new Set(light)].join(", ")}` : heavy.length > 0 ? "see above" : "locks no table that is in use";
  return [...heavy, good(`${file} will run: ${locks}.`)];
}

const blocks = ({ mode }: TableLock) => mode === LockMode.accessExclusive || mode === LockMode.shareRowExclusive || mode === LockMode.share;

function heavyFinding(where: string, { mode, work }: TableLock, says: string): Finding {
  const stands = mode === LockMode.accessExclusive ? "reads and writes stand" : "writes stand";
  const does = work === Work.rewrite ? "written anew" : "read";
  const otherWay =
    mode === LockMode.share
      ? "CREATE INDEX CONCURRENTLY in a file of its own with the first line -- migrate: no transaction."
      : work === Work.scan
        ? "Add the constraint NOT VALID, and VALIDATE it in a later file, which lets writes go on."
        : "Add a new column without a default, fill it in batches, and move over in a later release.";
  return bad(`${where}: ${says}: while every row is ${does}, ${stands} still.`, otherWay);
}

function oldTransaction({ oldestTransactionSeconds: seconds }: MigrationFacts): Finding[] {
  if (seconds < lockSeconds) return [];
  return [
    warning(
      `A transaction has been open for ${durationText(seconds)}: a lock that waits for it gives up after ${lockSeconds} s, and the migration fails.`,
      "See whose it is: SELECT pid, usename, state, query FROM pg_stat_activity ORDER BY xact_start; docs/runbooks/PostgresLongTransaction.md.",
    ),
  ];
}
