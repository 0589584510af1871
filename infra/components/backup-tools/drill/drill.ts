import type { ChunkKey } from "../format/encryption.ts";
import type { Manifest } from "../format/manifest.ts";
import { report, sentence } from "../report.ts";
import type { Catalogue } from "../restore/catalogue.ts";
import { refusals } from "../restore/refusals.ts";
import { restoreDump } from "../restore/restore-dump.ts";
import { identifier, runSql } from "../restore/sql.ts";
import { isMissing, StoreError } from "../store/store-error.ts";
import { checkRestored, type Findings, type Invariant } from "./checks.ts";
import type { Chosen } from "./choice.ts";
import { DrilledBackup, type DrillPhase, type Evidence } from "./evidence.ts";
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
  invariants: readonly Invariant[];
  /** Version of the Postgres of this image, as Postgres numbers it. */
  version: number;
}

/** Run of which a drill is a part: all its restores have its name and its beginning. */
export interface DrillRun {
  id: string;
  startedAt: Date;
}

/** Restores one backup into a server of its own, looks at what came out, and removes it. What it found is the evidence, good or bad. */
export async function drillBackup({ drilled, name, manifest, problem }: Chosen, run: DrillRun, settings: DrillSettings): Promise<Evidence> {
  const startedAt = drilled === DrilledBackup.newest ? run.startedAt : new Date();
  const clock = new PhaseClock(startedAt);
  const found: Findings = manifest ? await restoreAndCheck(manifest, settings, clock) : failed(problem!);
  const finishedAt = new Date();
  return {
    format: 1,
    id: `${run.id}-${drilled}`,
    run: run.id,
    drilled,
    backup: name,
    kind: manifest?.kind ?? "unknown",
    database: settings.database,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    good: found.problems.length === 0,
    ...found,
    seconds: clock.seconds,
    // A clock that is ahead makes no negative age; the check of clocks says that it is.
    ...(manifest && drilled === DrilledBackup.newest && { recoveryPointSeconds: Math.max(0, (startedAt.getTime() - Date.parse(manifest.snapshotAt)) / 1000) }),
    ...(manifest && { serverVersion: `${manifest.serverVersion}` }),
  };
}

const failed = (...problems: string[]): Findings => ({ checks: { restore: false }, problems, tables: [] });

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
    const inputs = { ...settings, server: server.server, database: manifest.database, manifest };
    const found = await checkRestored(inputs);
    clock.ends("verify");
    return { ...found, checks: { restore: true, ...found.checks } };
  } catch (error) {
    // A store that is away says nothing about the backup: the Job tries again.
    if (error instanceof StoreError && !isMissing(error)) throw error;
    return failed(volume.problem ?? `it can't be restored: ${sentence(error)}`);
  } finally {
    volume.stop();
    await server?.stop();
  }
}

async function restoreInto({ server }: ThrowAwayServer, manifest: Manifest, settings: DrillSettings, clock: PhaseClock): Promise<void> {
  const { store, prefix, key, parallel, scratch } = settings;
  const { database } = manifest;
  clock.ends("restore");
  const started = clock.seconds.restore!.toFixed(1);
  const roles = await makeRoles({ store, prefix, manifest, key, scratch, server });
  clock.ends("fetch");
  report(`a server is there in ${started} s, with the roles ${roles.join(", ") || "of nobody"}`);
  await runSql(server, "postgres", `CREATE DATABASE ${identifier(database)} TEMPLATE template0;`);
  await restoreDump({ store, prefix, manifest, server, database, scratch, parallel, key });
  clock.ends("restore");
}

/** Splits a time that runs on into phases, without a gap between them. */
class PhaseClock {
  readonly seconds: Partial<Record<DrillPhase, number>> = {};
  #since: number;

  constructor(startedAt: Date) {
    this.#since = startedAt.getTime();
  }

  /** What has passed since the phase before belongs to this one. */
  ends(phase: DrillPhase): void {
    const now = Date.now();
    this.seconds[phase] = Math.round((this.seconds[phase] ?? 0) * 1000 + now - this.#since) / 1000;
    this.#since = now;
  }
}
