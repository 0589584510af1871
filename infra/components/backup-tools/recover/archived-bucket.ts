import { type Manifest, serializeManifest } from "../format/manifest.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { formatLsn, segmentName, startOfSegment } from "../wal/segment.ts";

/** A minute of an hour in which everything happens. */
export const minute = (number: number) => new Date(Date.UTC(2026, 10, 21, 12, number));
export const idAt = (number: number) => `${minute(number).toISOString().slice(0, 19).replaceAll(":", "-")}Z-abcde`;

/** A base backup of a minute, begun in the segment of that number. */
export function base(at: number): Manifest {
  return {
    ...{ format: 2, kind: "base", id: idAt(at), database: "links", systemIdentifier: "73", serverVersion: 170006, timeline: 1 },
    ...{
      startedAt: minute(at).toISOString(),
      snapshotAt: minute(at).toISOString(),
      finishedAt: minute(at).toISOString(),
      verifiedAt: minute(at).toISOString(),
    },
    ...{ bytes: 0, storedBytes: 0, streams: [], tables: [] },
    ...{ startLsn: formatLsn(startOfSegment(at) + 40n), endLsn: formatLsn(startOfSegment(at) + 300n) },
  };
}

/** A bucket with these backups, and with one segment a minute, stored at the end of that minute. */
export function bucket(backups: Manifest[], segments: number[]) {
  const objects = new Map<string, { content: Buffer; modified: Date }>();
  for (const manifest of backups) objects.set(`b/links/manifests/${manifest.id}.json`, { content: serializeManifest(manifest), modified: minute(0) });
  for (const number of segments)
    objects.set(`b/links/wal/73/${segmentName({ timeline: 1, number })}`, { content: Buffer.from(""), modified: minute(number + 1) });
  const store = {
    async *list(prefix: string) {
      for (const [key, { content, modified }] of [...objects].sort()) if (key.startsWith(prefix)) yield { key, bytes: content.length, modified };
    },
    get: async (key: string) => objects.get(key)!.content,
  };
  return { store: store as unknown as ObjectStore, prefix: "b", database: "links" };
}
