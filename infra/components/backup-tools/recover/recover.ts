import { rm } from "node:fs/promises";
import type { ChunkKey } from "../format/encryption.ts";
import { type Manifest, majorOf } from "../format/manifest.ts";
import { report } from "../report.ts";
import { output } from "../subprocess.ts";
import { parseLsn, segmentName, segmentNumber } from "../wal/segment.ts";
import { type ArchivePlace, segmentsOfBase } from "./archive-listing.ts";
import { planRecovery, type RecoveryPlan } from "./plan.ts";
import { fetchProgram, restoreCommand } from "./restore-command.ts";
import { RecoveringServer } from "./server.ts";
import { unpackBase } from "./unpack.ts";

export interface RecoveryRequest extends ArchivePlace {
  /** Moment to recover to, by the server's clock: what was committed up to it is there. Left out, all that the archive has. */
  at?: Date;
  /** Empty directory for the server's data. */
  directory: string;
  /** Directory for its socket and configuration. */
  scratch: string;
  key?: ChunkKey;
  /** Told when the base backup is there, before the log is replayed. */
  baseFetched?: () => void;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** A server that holds the data of a moment. Nobody reaches it but by its socket, as `postgres`, without a password. */
export interface RecoveredServer {
  socketDirectory: string;
  /** How Postgres' programs reach it, as its superuser. */
  client: NodeJS.ProcessEnv;
  /** From which it was brought forward. */
  base: Manifest;
  /** When the last transaction that it holds was committed, by the clock of the server that wrote it. Left out when there was none after the base backup. */
  reachedAt?: string;
  /** Whether the archive reaches to the moment that was asked for. False: the data are those of the archive's end, which is before it. */
  complete: boolean;
  seconds: { fetch: number; replay: number };
  stop(): Promise<void>;
}

/**
 * Recovers a server to a moment: fetches the newest base backup before it, replays the archived log up to it, and opens the server.
 *
 * Needs the environment of the bucket's reader, since Postgres fetches the log by the program `wal-fetch/main`.
 */
export async function recoverTo(request: RecoveryRequest): Promise<RecoveredServer> {
  return recoverAsPlanned(request, await planRecovery(request, request.at));
}

/** The same, by a plan that was made before. */
export async function recoverAsPlanned(request: Omit<RecoveryRequest, "at">, plan: RecoveryPlan): Promise<RecoveredServer> {
  const { baseFetched, directory, key, scratch, signal } = request;
  const { at, base, archivedUntil, lastSegment } = plan;
  await sameMajor(base);
  if (base.encryption && base.encryption.keyId !== key?.keyId) {
    throw new Error(`base backup ${base.id} is encrypted with key ${base.encryption.keyId}; ${key ? `the given one is ${key.keyId}` : "none is given"}`);
  }
  report(
    `recovering to ${at?.toISOString() ?? "the archive's end"} from base backup ${base.id} of ${base.snapshotAt}; the log is archived until ${archivedUntil.toISOString()}`,
  );
  const began = performance.now();
  await unpackBase(request, base, key, directory, signal);
  const unpacked = performance.now();
  baseFetched?.();
  report(`base backup is fetched and verified: ${base.storedBytes} bytes in ${secondsSince(began).toFixed(1)} s`);

  const environment = { DATABASE: request.database, SYSTEM_IDENTIFIER: base.systemIdentifier, LAST_SEGMENT: `${lastSegment}` };
  const server = new RecoveringServer({ directory, scratch, environment, restoreCommand: restoreCommand(fetchProgram()), signal });
  try {
    let complete = await server.recover(at);
    if (!complete || !at) refuseEarlyEnd(server, plan);
    if (!complete) {
      // Nothing was committed between the archive's end and the moment, or it was lost: what there is is as near as one can come.
      report(`the archive ends before ${at!.toISOString()}; recovering to its end`);
      await server.recover(undefined);
      complete = at! <= archivedUntil;
    }
    const { reachedAt, socketDirectory } = server;
    const seconds = { fetch: (unpacked - began) / 1000, replay: secondsSince(unpacked) };
    report(
      `recovered: the last transaction is of ${reachedAt ?? "before the base backup's end"}; fetched in ${seconds.fetch.toFixed(1)} s, replayed in ${seconds.replay.toFixed(1)} s`,
    );
    return { socketDirectory, client: server.clientEnvironment, base, reachedAt, complete, seconds, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Postgres takes a record that it can't read for the end of the log, as it does a segment that is suddenly not there, and would open
 * with old data.
 */
function refuseEarlyEnd({ replayedUntil }: RecoveringServer, { base, lastSegment, segments }: RecoveryPlan): void {
  const name = (number: number) => segmentName(segments.get(number) ?? { timeline: base.timeline ?? 1, number });
  const reached = replayedUntil === undefined ? segmentsOfBase(base).first - 1 : segmentNumber(parseLsn(replayedUntil));
  if (reached >= lastSegment) return;
  throw new Error(
    `the replay ended at ${replayedUntil ?? "its beginning"}, though the archive goes on until segment ${name(lastSegment)}: segment ${name(reached)} can't be read to its end, or ${name(reached + 1)} is missing; choose a moment before, or one after the next base backup`,
  );
}

const secondsSince = (began: number) => (performance.now() - began) / 1000;

/** Files of one major version are no files of another. */
async function sameMajor(base: Manifest): Promise<void> {
  const version = await output("postgres", ["--version"], { PATH: process.env.PATH });
  const major = Number(/ (\d+)[.\w]/.exec(version)?.[1]);
  if (major === majorOf(base.serverVersion)) return;
  throw new Error(
    `base backup ${base.id} is of Postgres ${majorOf(base.serverVersion)}, and this image has ${major}: files of one are no files of the other; use the image of ${majorOf(base.serverVersion)}, or restore a dump`,
  );
}
