import { idOfManifestKey, manifestFolder, manifestKey, timeOfId } from "../format/keys.ts";
import { BackupKind, type Manifest, parseManifest } from "../format/manifest.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { serverFolder } from "../wal/archive.ts";
import { parseLsn, parseSegment, type Segment, segmentNumber } from "../wal/segment.ts";

/** Where the backups of one database lie. */
export interface ArchivePlace {
  store: ObjectStore;
  prefix: string;
  database: string;
}

/** A segment that is in the bucket. */
export interface ArchivedSegment extends Segment {
  /** When it was stored, by the bucket's clock. */
  stored: Date;
}

/** Segments of one server's log that are in the bucket, by their number. */
export type ArchivedSegments = ReadonlyMap<number, ArchivedSegment>;

export async function archivedSegments({ store, prefix, database }: ArchivePlace, systemIdentifier: string): Promise<ArchivedSegments> {
  const folder = serverFolder(prefix, database, systemIdentifier);
  const segments = new Map<number, ArchivedSegment>();
  for await (const { key, modified } of store.list(folder)) {
    const segment = parseSegment(key.slice(folder.length));
    if (segment) segments.set(segment.number, { ...segment, stored: modified });
  }
  return segments;
}

/** The last segment that can be reached from a given one without a hole; the one before it when even that is missing. */
export function endOfChain(segments: ArchivedSegments, from: number): number {
  let end = from - 1;
  while (segments.has(end + 1)) end += 1;
  return end;
}

/** The segment in which a base backup's replay begins, and the one in which it is consistent. */
export function segmentsOfBase({ startLsn, endLsn }: Pick<Manifest, "startLsn" | "endLsn">): { first: number; last: number } {
  return { first: segmentNumber(parseLsn(startLsn!)), last: segmentNumber(parseLsn(endLsn!) - 1n) };
}

/** Base backups, the newest first, of a moment or before. Each is read only when it is asked for. */
export async function* baseBackups({ store, prefix, database }: ArchivePlace, at?: Date): AsyncGenerator<Manifest> {
  const ids: string[] = [];
  for await (const { key } of store.list(manifestFolder(prefix, database))) {
    const id = idOfManifestKey(key);
    if (id && !(at && timeOfId(id)! > at)) ids.push(id);
  }
  for (const id of ids.sort().reverse()) {
    const key = manifestKey(prefix, database, id);
    const manifest = parseManifest((await store.get(key)).toString("utf8"), key);
    if (manifest.kind !== BackupKind.base) continue;
    if (manifest.id !== id || manifest.database !== database) {
      throw new Error(`${key} is the manifest of ${manifest.id} of database ${manifest.database}: it was moved there; choose a moment before it`);
    }
    yield manifest;
  }
}
