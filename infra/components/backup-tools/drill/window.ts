import type { Manifest } from "../format/manifest.ts";
import {
  type ArchivedSegment,
  type ArchivedSegments,
  type ArchivePlace,
  archivedSegments,
  baseBackups,
  endOfChain,
  segmentsOfBase,
} from "../recover/archive-listing.ts";
import { segmentName } from "../wal/segment.ts";

/** Moments to which an archive promises a way back, and what speaks against it. */
export interface MomentWindow {
  /** End of the oldest base backup, by the server's clock. */
  from: Date;
  /** When the newest segment of the log was stored. */
  until: Date;
  /** What keeps the newest moments from being reached, each with its mend. A hole before the newest base backup is found by a moment in it. */
  problems: string[];
}

/** The window of the server that made the newest base backup: what an older server left belongs to another log. */
export async function momentWindow(place: ArchivePlace): Promise<MomentWindow> {
  let newest: Manifest | undefined;
  let oldest: Manifest | undefined;
  for await (const base of baseBackups(place)) {
    newest ??= base;
    if (base.systemIdentifier === newest.systemIdentifier) oldest = base;
  }
  if (!newest || !oldest) {
    throw new Error(
      `there is no base backup of database ${place.database} below ${place.prefix}/${place.database}: to no moment is there a way back; look at the archive's CronJob of base backups`,
    );
  }
  const segments = await archivedSegments(place, newest.systemIdentifier);
  const last = inOrder(segments).at(-1);
  const from = new Date(oldest.snapshotAt);
  // A base backup counts when its log is stored, so only the clocks of server and store can make the end come first.
  const until = new Date(Math.max(from.getTime(), last?.stored.getTime() ?? 0));
  return { from, until, problems: holeBehind(newest, segments) };
}

/** A moment of the window, any as likely as any other. */
export function chooseMoment({ from, until }: Pick<MomentWindow, "from" | "until">, random: () => number = Math.random): Date {
  return new Date(from.getTime() + Math.floor(random() * (until.getTime() - from.getTime() + 1)));
}

const inOrder = (segments: ArchivedSegments): ArchivedSegment[] => [...segments.values()].sort((a, b) => a.number - b.number);

function holeBehind(base: Manifest, segments: ArchivedSegments): string[] {
  const { first } = segmentsOfBase(base);
  const end = endOfChain(segments, first);
  const beyond = inOrder(segments).find(({ number }) => number > end);
  if (end >= first && !beyond) return [];
  const { timeline } = segments.get(end) ?? { timeline: base.timeline ?? 1 };
  const goesOn = beyond ? `the log goes on with ${segmentName(beyond)}` : "nothing is behind it";
  return [
    `segment ${segmentName({ timeline, number: end + 1 })} of the log is missing behind the newest base backup ${base.id}, and ${goesOn}: no later moment can be reached; make a base backup now`,
  ];
}
