import type { Manifest } from "../format/manifest.ts";
import { segmentName } from "../wal/segment.ts";
import { type ArchivedSegments, type ArchivePlace, archivedSegments, baseBackups, endOfChain, segmentsOfBase } from "./archive-listing.ts";

/** From what a moment is recovered. */
export interface RecoveryPlan {
  base: Manifest;
  /** The last segment that is there without a hole before it. */
  lastSegment: number;
  /** All of that server's segments. */
  segments: ArchivedSegments;
  /** When that segment was stored: everything committed before it was closed is in it, or before it. */
  archivedUntil: Date;
  /** Moment to stop at; left out for everything that there is. */
  at?: Date;
}

/** Finds the newest base backup from which a moment can be reached; refuses before anything is fetched. */
export async function planRecovery(place: ArchivePlace, at?: Date): Promise<RecoveryPlan> {
  const base = await newestBase(place, at);
  if (base) return planFrom(base, await archivedSegments(place, base.systemIdentifier), at);
  const folder = `${place.prefix}/${place.database}`;
  if (!at)
    throw new Error(
      `there is no base backup of database ${place.database} below ${folder}: without one the log can't be replayed; restore the newest dump instead`,
    );
  const oldest = await oldestBase(place);
  if (!oldest)
    throw new Error(`there is no base backup of database ${place.database} below ${folder}; restore the newest dump before ${at.toISOString()} instead`);
  throw new Error(
    `${at.toISOString()} is before the oldest base backup of database ${place.database}; the earliest moment that can be reached is ${oldest.snapshotAt}`,
  );
}

export function planFrom(base: Manifest, segments: ArchivedSegments, at?: Date): RecoveryPlan {
  const { first, last } = segmentsOfBase(base);
  const lastSegment = endOfChain(segments, first);
  if (lastSegment < last) {
    throw new Error(
      `base backup ${base.id} can't be made consistent: of the log that was written meanwhile ${last - lastSegment} segments are missing, from ${segmentName({ timeline: base.timeline ?? 1, number: lastSegment + 1 })} on; choose a moment before it`,
    );
  }
  const { stored: archivedUntil, timeline } = segments.get(lastSegment)!;
  const behindHole = [...segments.keys()].some((number) => number > lastSegment);
  if (behindHole && (!at || at > archivedUntil)) {
    throw new Error(
      `the log has a hole after ${archivedUntil.toISOString()}, from segment ${segmentName({ timeline, number: lastSegment + 1 })} on, before the next base backup: ${at ? at.toISOString() : "its newest end"} can't be reached from base backup ${base.id}; choose a moment up to ${archivedUntil.toISOString()}, or one after the next base backup`,
    );
  }
  return { base, lastSegment, segments, archivedUntil, at };
}

/** The copy of the server's files from which the log is replayed up to that moment, or to its end. */
export async function newestBase(place: ArchivePlace, at?: Date): Promise<Manifest | undefined> {
  for await (const base of baseBackups(place, at)) if (!at || Date.parse(base.snapshotAt) <= at.getTime()) return base;
  return undefined;
}

async function oldestBase(place: ArchivePlace): Promise<Manifest | undefined> {
  let oldest: Manifest | undefined;
  for await (const base of baseBackups(place)) oldest = base;
  return oldest;
}
