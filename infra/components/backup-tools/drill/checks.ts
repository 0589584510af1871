import type { Manifest } from "../format/manifest.ts";
import { report, sentence } from "../report.ts";
import { countRows } from "../restore/row-counts.ts";
import { runSql, type Server } from "../restore/sql.ts";
import { start } from "../subprocess.ts";
import type { DrillCheck, DrilledTable } from "./evidence.ts";
import type { Expected } from "./expected.ts";

/** A truth about the data that the service's owner states. */
export interface Invariant {
  /** What it says, as the end of a problem's sentence. */
  name: string;
  /** SQL that gives one value, `true` while it holds. */
  sql: string;
}

export interface CheckInputs {
  server: Server;
  database: string;
  expected: Expected;
  /** SQL that gives the version of the schema as one value. Left out, it is not compared. */
  schemaVersionQuery?: string;
  invariants: readonly Invariant[];
  /** Indexes and tables that are looked at at a time. */
  parallel: number;
}

/** What the checks of one restored database found. */
export interface Findings {
  checks: Partial<Record<DrillCheck, boolean>>;
  problems: string[];
  tables: DrilledTable[];
}

/** Each check by itself: one that fails, or can't even be asked, hides none of the others. */
export async function checkRestored(inputs: CheckInputs): Promise<Findings> {
  const { tables, problems } = await timed("counted rows", rowsOf(inputs));
  const found: Partial<Record<DrillCheck, string[]>> = {
    amcheck: await timed("looked through tables and indexes", amcheck(inputs)),
    rows: problems,
    ...(inputs.invariants.length > 0 && { invariants: await timed("asked invariants", brokenInvariants(inputs)) }),
    ...(inputs.schemaVersionQuery !== undefined && { schema: await schemaProblems(inputs) }),
    clock: clockProblems(inputs.expected.manifest),
  };
  const checks = Object.fromEntries(Object.entries(found).map(([check, wrong]) => [check, wrong.length === 0]));
  return { checks, problems: Object.values(found).flat(), tables };
}

/** Says in the log what a check took: of a drill that takes too long one wants to know why. */
async function timed<T>(what: string, check: Promise<T>): Promise<T> {
  const began = performance.now();
  const found = await check;
  report(`${what} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return found;
}

/** Every table and every B-tree, with each row of a table looked up in its indexes: about as long as making the indexes. */
async function amcheck({ server, database, parallel }: CheckInputs): Promise<string[]> {
  const process = start("pg_amcheck", ["--install-missing", "--heapallindexed", `--jobs=${parallel}`, "--no-password", database], server);
  process.stdin.end();
  // What it finds stands on its output; why it could not look, among its errors.
  let found = "";
  for await (const piece of process.stdout) found = `${found}${piece}`.slice(0, 2000);
  return process.ended.then(
    () => [],
    (error) => [`amcheck: ${found.trim().replaceAll(/\s+/g, " ") || sentence(error)}`],
  );
}

async function rowsOf({ server, database, expected }: CheckInputs): Promise<{ tables: DrilledTable[]; problems: string[] }> {
  try {
    return expected.rows(await countRows(server, database));
  } catch (error) {
    return { tables: [], problems: [`rows can't be counted: ${sentence(error)}`] };
  }
}

async function brokenInvariants({ server, database, invariants }: CheckInputs): Promise<string[]> {
  const problems: string[] = [];
  for (const { name, sql } of invariants) {
    try {
      const answer = await runSql(server, database, `BEGIN READ ONLY;\n${sql.replace(/;\s*$/, "")};\nCOMMIT;`);
      if (answer !== "t" && answer !== "true")
        problems.push(`invariant "${name}" does not hold: its SQL gave ${JSON.stringify(answer.slice(0, 200))} instead of true`);
    } catch (error) {
      problems.push(`invariant "${name}" can't be asked: ${sentence(error)}`);
    }
  }
  return problems;
}

async function schemaProblems({ server, database, expected, schemaVersionQuery }: CheckInputs): Promise<string[]> {
  try {
    return expected.schema(await runSql(server, database, `${schemaVersionQuery!.replace(/;\s*$/, "")};`));
  } catch (error) {
    return [`the schema's version can't be read: ${sentence(error)}`];
  }
}

/** Two clocks may differ by this and nobody is misled: a backup is made in hours. */
const toleranceSeconds = 300;

/** The database's clock and the backup's own: if they differ, every age that is told is wrong by as much. */
export function clockProblems({ id, startedAt, snapshotAt, verifiedAt }: Manifest): string[] {
  const [start, snapshot, end] = [startedAt, snapshotAt, verifiedAt].map((time) => Date.parse(time) / 1000) as [number, number, number];
  if (snapshot >= start - toleranceSeconds && snapshot <= end + toleranceSeconds) return [];
  const [behind, seconds] = snapshot < start ? ["behind", start - snapshot] : ["ahead", snapshot - end];
  return [`the database's clock was ${Math.round(seconds)} s ${behind} when backup ${id} was made (${snapshotAt}, begun ${startedAt}): set the nodes' clocks`];
}
