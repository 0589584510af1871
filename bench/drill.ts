/**
 * How long a drill takes, by phase: the program as its pod runs it, with the memory that its server has by default, restores a backup of
 * a database of 1 GB from the store into a server of its own and checks it. `node bench/drill.ts [--megabytes 1024]` needs
 * PostgreSQL's own programs with pg_amcheck, at least 15.
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SignedEvidence } from "../infra/components/backup-tools/drill/evidence.ts";
import { drillFolder } from "../infra/components/backup-tools/format/keys.ts";
import { restoreDrillSpec } from "../infra/components/restore-drill/spec.ts";
import { schemaVersionQuery } from "./data/dataset.ts";
import { judged, judgedMemory, mebibytes, printTable, verdict } from "./data/figures.ts";
import { endedWell, podProgram } from "./data/pod-program.ts";
import { runBench } from "./data/run-bench.ts";
import { prefix, startService } from "./data/service.ts";

const targetSeconds = 180;
const invariants = [
  { name: "every hit is of a link", sql: "SELECT NOT EXISTS (SELECT FROM hits WHERE NOT EXISTS (SELECT FROM links WHERE links.slug = hits.slug))" },
];

/** What the program tells of its steps, in their order. */
const steps = [
  ["server", "a server is there"],
  ["schema", "restored the schema"],
  ["rows", "bytes of rows"],
  ["indexes", "made indexes and constraints"],
  ["statistics", "gathered statistics"],
  ["rows counted", "counted rows"],
  ["amcheck", "looked through tables and indexes"],
  ["invariants", "asked invariants"],
] as const;

await runBench(async (bench) => {
  const service = await startService(bench, bench.number("megabytes", 1024));
  const scratch = service.writable("scratch");
  await endedWell(podProgram(bench, "backup/main")({ ...service.bucket, ...service.database("links_backup"), SCRATCH: scratch }));
  // Production is another machine: its server must not take this one's memory.
  await service.local.stop();

  const binding = {
    name: "bucket",
    namespace: "default",
    host: "localhost",
    port: 9000,
    settings: { bucket: "bucket", endpoint: "http://localhost", prefix, region: "eu-central-1" },
  };
  const spec = restoreDrillSpec("bench", {
    namespace: "default",
    database: "links",
    bucket: binding,
    schedule: "0 5 * * *",
    storage: "20Gi",
    deadlineMinutes: 60,
  });
  const file = (name: string, text: string) => {
    writeFileSync(join(bench.folder, name), text);
    return join(bench.folder, name);
  };
  const drill = podProgram(
    bench,
    "drill/main",
  )({
    ...service.bucket,
    DATABASE: "links",
    DIRECTORY: service.writable("server"),
    INVARIANTS_FILE: file("invariants.json", JSON.stringify(invariants)),
    MEMORY_BYTES: `${Math.floor(spec.serverMemory)}`,
    PARALLEL: `${spec.parallel}`,
    PATH: service.local.admin.PATH,
    SCHEMA_VERSION_QUERY: schemaVersionQuery,
    SCRATCH: scratch,
    SIGNING_KEY_FILE: file("signing-key", randomBytes(32).toString("hex")),
    VOLUME_BYTES: `${20 * 2 ** 30}`,
  });
  const { log, peakBytes } = await endedWell(drill);

  const [, body] = [...service.store.objects].find(([key]) => key.startsWith(drillFolder(prefix, "links")))!;
  const { evidence } = JSON.parse(body.toString("utf8")) as SignedEvidence;
  const total = Object.values(evidence.seconds).reduce((sum, one) => sum + one, 0);
  const row = (name: string, seconds: number | undefined) => [
    name,
    seconds?.toFixed(1) ?? "-",
    seconds === undefined ? "-" : `${((100 * seconds) / total).toFixed(0)} %`,
  ];
  console.log(`drill of a database of ${mebibytes(service.databaseBytes)}, ${evidence.checks.amcheck ? "every check right" : "WRONG"}`);
  printTable(
    ["phase", "seconds", "share"],
    [
      ...Object.entries(evidence.seconds).map(([phase, seconds]) => row(phase, seconds)),
      ...steps.map(([name, words]) => row(`  of it ${name}`, secondsIn(log, words))),
      row("all", total),
    ],
  );
  const memory = judgedMemory("memory of the program, without the server", peakBytes);
  // A time says as much of the machine as of the drill, so it fails nothing.
  verdict(judged("seconds", total.toFixed(1), `under ${targetSeconds}`, total < targetSeconds), memory);
  return memory.holds;
});

function secondsIn(log: string, words: string): number | undefined {
  const found = new RegExp(`${words}\\b.*? in ([\\d.]+) s`).exec(log)?.[1];
  return found === undefined ? undefined : Number(found);
}
