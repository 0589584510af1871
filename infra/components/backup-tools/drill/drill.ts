import type { ChunkKey } from "../format/encryption.ts";
import type { Manifest } from "../format/manifest.ts";
import { report, sentence } from "../report.ts";
import type { Catalogue } from "../restore/catalogue.ts";
import { storedDump } from "../restore/dump-source.ts";
import { refusals } from "../restore/refusals.ts";
import { restoreDump } from "../restore/restore-dump.ts";
import { identifier, runSql } from "../restore/sql.ts";
import { checkRestored, type Findings, type Invariant } from "./checks.ts";
import type { Chosen, ChosenDump } from "./choice.ts";
import { DrilledBackup, type Evidence } from "./evidence.ts";
import { expectedOfDump } from "./expected.ts";
import { drillMoment } from "./moment.ts";
import { failed, type Outcome, storeIsAway } from "./outcome.ts";
import { PhaseClock } from "./phase-clock.ts";
import { makeRoles } from "./roles.ts";
import { startThrowAway, type ThrowAwayServer } from "./throw-away.ts";
import { watchVolume } from "./volume.ts";

export interface DrillSettings extends Catalogue {
  /** An empty volume for the server's files. */
  directory: string;
  /** Its size in bytes. */
  volumeBytes: number;
  scratch: string;
  memoryBytes: number;
  /** Streams, indexes and checks at a time. */
  parallel: number;
  key?: ChunkKey;
  schemaVersionQuery?: string;
  /** SQL that gives the time of the newest row as one value. */
  newestRowQuery?: string;
  /** Most seconds of writes that a loss at a moment may have cost. */
  recoveryPointSeconds: number;
  invariants: readonly Invariant[];
  /** Version of the Postgres of this image, as Postgres numbers it. */
  version: number;
}

/** Run of which a drill is a part: all its restores have its name and its beginning. */
export interface DrillRun {
  id: string;
  startedAt: Date;
}

/** Restores a backup, or goes back to a moment, in a server of its own, looks at what came out, and removes it. What it found is the evidence, good or bad. */
export async function drillRestore(chosen: Chosen, run: DrillRun, settings: DrillSettings): Promise<Evidence> {
  const { drilled } = chosen;
  const startedAt = drilled === DrilledBackup.newest ? run.startedAt : new Date();
  const clock = new PhaseClock(startedAt);
  const { findings, serverVersion, ...known } =
    chosen.drilled === DrilledBackup.moment ? await drillMoment(settings, clock) : await drillDump(chosen, startedAt, settings, clock);
  const finishedAt = new Date();
  return {
    format: 1,
    id: `${run.id}-${drilled}`,
    run: run.id,
    drilled,
    ...known,
    database: settings.database,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    good: findings.problems.length === 0,
    ...findings,
    seconds: clock.seconds,
    ...(serverVersion !== undefined && { serverVersion: `${serverVersion}` }),
  };
}

async function drillDump({ drilled, name, manifest, problem }: ChosenDump, startedAt: Date, settings: DrillSettings, clock: PhaseClock): Promise<Outcome> {
  return {
    backup: name,
    kind: manifest?.kind ?? "unknown",
    findings: manifest ? await restoreAndCheck(manifest, settings, clock) : failed(problem!),
    // A clock that is ahead makes no negative age; the check of clocks says that it is.
    ...(manifest && drilled === DrilledBackup.newest && { recoveryPointSeconds: Math.max(0, (startedAt.getTime() - Date.parse(manifest.snapshotAt)) / 1000) }),
    ...(manifest && { serverVersion: manifest.serverVersion }),
  };
}

async function restoreAndCheck(manifest: Manifest, settings: DrillSettings, clock: PhaseClock): Promise<Findings> {
  // Finding and reading the manifest; a store that keeps one waiting does so here.
  clock.ends("fetch");
  const { key, parallel, version } = settings;
  const refused = refusals(manifest, { serverVersion: version, clientVersion: version, key });
  if (refused.length > 0) return failed(...refused);
  let server: ThrowAwayServer | undefined;
  const volume = watchVolume(settings.directory, settings.volumeBytes, () => server?.stop());
  try {
    server = await startThrowAway({ directory: settings.directory, memoryBytes: settings.memoryBytes, workers: parallel });
    await restoreInto(server, manifest, settings, clock);
    await volume.look();
    if (volume.problem !== undefined) return failed(volume.problem);
    const inputs = { ...settings, server: server.server, database: manifest.database, expected: expectedOfDump(manifest) };
    const found = await checkRestored(inputs);
    clock.ends("verify");
    return { ...found, checks: { restore: true, ...found.checks } };
  } catch (error) {
    // A store that is away says nothing about the backup: the Job tries again.
    if (storeIsAway(error)) throw error;
    return failed(volume.problem ?? `it can't be restored: ${sentence(error)}`);
  } finally {
    volume.stop();
    await server?.stop();
  }
}

async function restoreInto({ server }: ThrowAwayServer, manifest: Manifest, settings: DrillSettings, clock: PhaseClock): Promise<void> {
  const { parallel, scratch } = settings;
  const { database } = manifest;
  const source = storedDump({ ...settings, manifest });
  clock.ends("restore");
  const started = clock.seconds.restore!.toFixed(1);
  const roles = await makeRoles(source, server, scratch);
  clock.ends("fetch");
  report(`a server is there in ${started} s, with the roles ${roles.join(", ") || "of nobody"}`);
  await runSql(server, "postgres", `CREATE DATABASE ${identifier(database)} TEMPLATE template0;`);
  await restoreDump({ source, server, database, scratch, parallel });
  clock.ends("restore");
}
