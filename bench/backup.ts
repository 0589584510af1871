/**
 * How fast a backup is stored and verified, against `pg_dump -Fd -j` to this disk and a plain copy of it, in the same run on the same
 * server. `node bench/backup.ts [mebibytes] [rounds]` needs PostgreSQL's own programs, at least 15. The store is this process: what is
 * measured is the way there, not somebody's disk.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWorkbench } from "../infra/components/backup-tools/backup/workbench.ts";
import { askSql, runSql } from "../infra/components/backup-tools/restore/sql.ts";

const mebibytes = Number(process.argv[2] ?? 256);
const rounds = Number(process.argv[3] ?? 3);
const jobs = "2";

const work = await startWorkbench();
try {
  const { admin } = work.local;
  const rowsOfATable = (mebibytes * 2 ** 20) / 2 / 150;
  for (const table of ["one", "other"]) {
    await runSql(
      admin,
      "links",
      `CREATE TABLE ${table} AS SELECT n AS id, md5(n::text) AS a, md5((n * 7)::text) || md5((n * 3)::text) AS b, n % 97 AS c FROM generate_series(1, ${Math.round(rowsOfATable)}) n`,
    );
  }
  const databaseBytes = await askSql<number>(admin, "links", "SELECT pg_database_size('links')");
  const results: { backup: number; directory: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    results.push({ directory: await seconds(directoryDump), backup: await seconds(backUp) });
    work.bench.objects.clear();
  }
  const ratio = median(results.map(({ backup, directory }) => directory / backup));
  console.log(JSON.stringify({ databaseBytes, rounds: results, speedToDirectoryDump: ratio, target: { speedToDirectoryDump: 0.8 } }));

  async function directoryDump() {
    const folder = mkdtempSync(join(tmpdir(), "slipway-dump-"));
    execFileSync("pg_dump", ["--format=directory", `--jobs=${jobs}`, "--compress=1", `--file=${folder}/dump`, "links"], { env: admin });
    cpSync(`${folder}/dump`, `${folder}/copy`, { recursive: true });
    rmSync(folder, { recursive: true });
  }
  async function backUp() {
    const { code, log } = await work.start({ PARALLEL: jobs }).ended;
    if (code !== 0) throw new Error(log);
  }
} finally {
  await work.close();
}

async function seconds(what: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await what();
  return Math.round(performance.now() - began) / 1000;
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
