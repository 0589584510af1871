/**
 * How fast a backup comes back from the store, against a plain copy of a dump in a directory and `pg_restore -Fd -j 2` from it, in
 * the same run on the same server. Ours is the whole program as its pod runs it: beside the rows and indexes it gathers statistics
 * and counts every row, which the other does not. `node bench/restore.ts [--megabytes 1024] [--rounds 5]` needs PostgreSQL's own
 * programs, at least 15.
 */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { compression } from "../infra/components/backup-tools/backup/dump.ts";
import type { RestoredBeside } from "../infra/components/backup-tools/restore/by-hand.ts";
import type { RestorePhases } from "../infra/components/backup-tools/restore/restore-dump.ts";
import { countRows, rowProblems } from "../infra/components/backup-tools/restore/row-counts.ts";
import { runSql } from "../infra/components/backup-tools/restore/sql.ts";
import { output } from "../infra/components/backup-tools/subprocess.ts";
import { judged, judgedMemory, mebibytes, median, printTable, seconds, spread, verdict } from "./data/figures.ts";
import { endedWell, podProgram } from "./data/pod-program.ts";
import { runBench } from "./data/run-bench.ts";
import { startService } from "./data/service.ts";

const target = 0.8;

await runBench(async (bench) => {
  const rounds = bench.number("rounds", 5);
  const service = await startService(bench, bench.number("megabytes", 1024));
  const { admin } = service.local;
  const scratch = service.writable("scratch");
  const dump = join(bench.folder, "dump");
  await endedWell(podProgram(bench, "backup/main")({ ...service.bucket, ...service.database("links_backup"), SCRATCH: scratch }));
  await output("pg_dump", ["--format=directory", "--jobs=2", await compression(admin), `--file=${dump}`, "links"], admin);
  const counted = await countRows(admin, "links");

  const restore = podProgram(bench, "restore/main");
  const environment = { ...service.bucket, ...service.database("links_restore"), PARALLEL: "2", SCRATCH: scratch, STEP: "beside", SUBJECT: "latest" };
  const phases: RestorePhases[] = [];
  let peak = 0;

  /** Away with what was restored, and with what the server has still to write of it. */
  const settle = async (database: string) => {
    const problems = rowProblems(await countRows(admin, database), counted);
    if (problems.length > 0) throw new Error(problems.join("; "));
    await runSql(admin, "postgres", `DROP DATABASE "${database}" WITH (FORCE);\nCHECKPOINT;`);
  };
  const fromStore = async () => {
    let name = "";
    const took = await seconds(async () => {
      const { log, jobBytes } = await endedWell(restore(environment));
      const restored = JSON.parse(/^answer (.*)$/m.exec(log)![1]!) as RestoredBeside;
      name = restored.name;
      phases.push(restored.phases!);
      peak = Math.max(peak, jobBytes);
    });
    await settle(name);
    return took;
  };
  const fromDirectory = async () => {
    const copy = join(bench.folder, "copy");
    const took = await seconds(async () => {
      await cp(dump, copy, { recursive: true });
      await runSql(admin, "postgres", "CREATE DATABASE other TEMPLATE template0;");
      await output("pg_restore", ["--format=directory", "--jobs=2", "--exit-on-error", "--dbname=other", copy], admin);
    });
    await rm(copy, { recursive: true });
    await settle("other");
    return took;
  };

  const taken: { directory: number; store: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // By turns the first, so that neither always meets the warmer cache.
    const first = round % 2 === 0 ? await fromDirectory() : undefined;
    const store = await fromStore();
    taken.push({ directory: first ?? (await fromDirectory()), store });
  }
  const ratios = taken.map((round) => round.directory / round.store);
  const names = ["schema", "data", "indexes", "analyze"] as const;
  console.log(`database of ${mebibytes(service.databaseBytes)}; seconds`);
  printTable(
    ["round", "copy and pg_restore -j 2", "restore", "speed", ...names.map((name) => `of it ${name}`)],
    taken.map((round, index) => [
      `${index + 1}`,
      round.directory.toFixed(2),
      round.store.toFixed(2),
      (round.directory / round.store).toFixed(2),
      ...names.map((name) => phases[index]![name].toFixed(1)),
    ]),
  );
  return verdict(judged("median", spread(ratios), `at least ${target}`, median(ratios) >= target), judgedMemory("memory of the job", peak));
});
