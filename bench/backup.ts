/**
 * How fast a backup is stored and verified, against `pg_dump -Fd -j 2` to this disk and a plain copy of it, in the same run on the same
 * server. `node bench/backup.ts [--megabytes 1024] [--rounds 5]` needs PostgreSQL's own programs, at least 15.
 */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { compression } from "../infra/components/backup-tools/backup/dump.ts";
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
  const backup = podProgram(bench, "backup/main");
  const environment = { ...service.bucket, ...service.database("links_backup"), MALLOC_ARENA_MAX: "2", PARALLEL: "2", SCRATCH: service.writable("scratch") };
  const options = ["--format=directory", "--jobs=2", await compression(admin)];
  let peak = 0;

  const directory = async () => {
    const [dump, copy] = [join(bench.folder, "dump"), join(bench.folder, "copy")];
    const took = await seconds(async () => {
      await output("pg_dump", [...options, `--file=${dump}`, "links"], admin);
      await cp(dump, copy, { recursive: true });
    });
    for (const folder of [dump, copy]) await rm(folder, { recursive: true });
    return took;
  };
  const stored = async () => {
    service.store.objects.clear();
    return seconds(async () => {
      const { jobBytes } = await endedWell(backup(environment));
      peak = Math.max(peak, jobBytes);
    });
  };

  const taken: { directory: number; stored: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // By turns the first: what the one leaves to be written must not always be paid by the other.
    const first = round % 2 === 0 ? await directory() : undefined;
    const ours = await stored();
    taken.push({ directory: first ?? (await directory()), stored: ours });
  }
  const ratios = taken.map((round) => round.directory / round.stored);
  console.log(`database of ${mebibytes(service.databaseBytes)}; seconds`);
  printTable(
    ["round", "pg_dump -Fd -j 2 and copy", "backup, verified", "speed"],
    taken.map((round, index) => [`${index + 1}`, round.directory.toFixed(2), round.stored.toFixed(2), (round.directory / round.stored).toFixed(2)]),
  );
  return verdict(judged("median", spread(ratios), `at least ${target}`, median(ratios) >= target), judgedMemory("memory of the job", peak));
});
