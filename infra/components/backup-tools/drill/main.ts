import { readFileSync } from "node:fs";
import { readChunkKey } from "../format/encryption.ts";
import { drillKey, newId } from "../format/keys.ts";
import { lastWords, report, sentence } from "../report.ts";
import { bucketSettings, readerStore, writerStore } from "../store/from-environment.ts";
import { output } from "../subprocess.ts";
import { type ChoiceSettings, chooseRestores } from "./choice.ts";
import { type DrillSettings, drillRestore } from "./drill.ts";
import { DrilledBackup, type Evidence, signEvidence, signingKey } from "./evidence.ts";

// Environment beside that of the bucket: DATABASE, DIRECTORY and VOLUME_BYTES (of the server's files), SCRATCH, MEMORY_BYTES, PARALLEL,
// SIGNING_KEY_FILE, and by choice ENCRYPTION_KEY_FILE, SCHEMA_VERSION_QUERY and INVARIANTS_FILE (a JSON list of name and sql). Where the log
// is archived: MOMENT_SHARE, MOMENT_OBJECTIVE_SECONDS, and by choice NEWEST_ROW_QUERY.

const { env } = process;

/** Exit codes: 1 is worth another try; 2 is not, since the evidence that something is wrong lies in the bucket. */
const found = { wrong: 2, nothing: 1 } as const;

process.once("SIGTERM", () => {
  lastWords("drill ended from outside (SIGTERM), as by the Job's deadline or a drained node; there is no evidence of it");
  process.exit(143);
});

try {
  const evidence = await drill();
  const wrong = evidence.filter(({ good }) => !good);
  lastWords(
    wrong.length === 0
      ? `drill good: ${evidence.map(summary).join("; ")}`
      : `drill found what is wrong: ${wrong.flatMap(({ problems }) => problems).join("; ")}`,
  );
  process.exit(wrong.length === 0 ? 0 : found.wrong);
} catch (error) {
  lastWords(`drill failed: ${sentence(error)}`);
  process.exit(found.nothing);
}

async function drill(): Promise<Evidence[]> {
  const run = { id: newId(), startedAt: new Date() };
  const settings = await drillSettings();
  const { database, prefix } = settings;
  const key = signingKey(readFileSync(env.SIGNING_KEY_FILE!, "utf8").trim());
  const chosen = await chooseRestores(settings);
  if (chosen.length === 0) throw new Error(`there is no backup of database ${database} below ${prefix}/ to restore; make one, then drill it`);
  const evidence: Evidence[] = [];
  for (const one of chosen) {
    report(`drill ${run.id}: ${one.drilled === DrilledBackup.moment ? "goes back to a moment" : `restores the ${one.drilled} backup, ${one.name}`}`);
    const shown = await drillRestore(one, run, settings);
    // Each at once: a run that is ended while it restores the older one has shown something of the newest.
    await writerStore(env).put(drillKey(prefix, database, shown.id), Buffer.from(`${JSON.stringify(signEvidence(shown, key))}\n`), { onlyIfAbsent: true });
    report(`${summary(shown)}; evidence ${shown.id} is signed and stored`);
    evidence.push(shown);
  }
  return evidence;
}

async function drillSettings(): Promise<DrillSettings & ChoiceSettings> {
  const needed = ["DATABASE", "DIRECTORY", "VOLUME_BYTES", "MEMORY_BYTES", "SIGNING_KEY_FILE"].filter((name) => !env[name]);
  if (needed.length > 0) throw new Error(`${needed.join(", ")} not set; the pod's template of a RestoreDrill sets them`);
  return {
    store: readerStore(env),
    prefix: bucketSettings(env).prefix,
    database: env.DATABASE!,
    directory: env.DIRECTORY!,
    volumeBytes: Number(env.VOLUME_BYTES),
    scratch: env.SCRATCH ?? "/tmp",
    memoryBytes: Number(env.MEMORY_BYTES),
    parallel: Number(env.PARALLEL ?? 2),
    key: env.ENCRYPTION_KEY_FILE ? await readChunkKey(env.ENCRYPTION_KEY_FILE) : undefined,
    schemaVersionQuery: env.SCHEMA_VERSION_QUERY,
    newestRowQuery: env.NEWEST_ROW_QUERY,
    momentShare: env.MOMENT_SHARE === undefined ? undefined : Number(env.MOMENT_SHARE),
    recoveryPointSeconds: Number(env.MOMENT_OBJECTIVE_SECONDS ?? Number.POSITIVE_INFINITY),
    invariants: env.INVARIANTS_FILE ? JSON.parse(readFileSync(env.INVARIANTS_FILE, "utf8")) : [],
    version: await imageVersion(),
  };
}

/** `postgres (PostgreSQL) 18.4` as Postgres numbers it. */
async function imageVersion(): Promise<number> {
  const text = await output("postgres", ["--version"], { PATH: env.PATH });
  const [, major, minor] = /\) (\d+)\.(\d+)/.exec(text) ?? [];
  if (major === undefined) throw new Error(`the image's Postgres says ${JSON.stringify(text.trim())} of its version; give the image of the Postgres server`);
  return Number(major) * 10_000 + Number(minor);
}

function summary({ backup, drilled, good, moment, seconds }: Evidence): string {
  const total = Object.values(seconds).reduce((sum, one) => sum + one, 0);
  const what = drilled === DrilledBackup.moment ? `moment ${moment ?? "unknown"} from base backup ${backup}` : `${drilled} backup ${backup}`;
  return `${what} ${good ? "is right" : "is NOT right"}, ${total.toFixed(1)} s`;
}
