import { expect, test } from "vitest";
import type { Manifest } from "../format/manifest.ts";
import { serializeManifest } from "../format/manifest.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { formatLsn, segmentName, startOfSegment } from "../wal/segment.ts";
import { planRecovery } from "./plan.ts";

const minute = (number: number) => new Date(Date.UTC(2026, 10, 21, 12, number));
const idAt = (number: number) => `${minute(number).toISOString().slice(0, 19).replaceAll(":", "-")}Z-abcde`;

/** A base backup at a minute, begun in the segment of that number. */
function base(at: number): Manifest {
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

/** A bucket with bases and with one segment a minute, stored at the end of that minute. */
function bucket(bases: Manifest[], segments: number[]) {
  const objects = new Map<string, { content: Buffer; modified: Date }>();
  for (const manifest of bases) objects.set(`b/links/manifests/${manifest.id}.json`, { content: serializeManifest(manifest), modified: minute(0) });
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

test("the newest base before the moment is taken, with all the log behind it", async () => {
  const place = bucket([base(2), base(10), base(20)], [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
  const plan = await planRecovery(place, minute(13));
  expect(plan).toMatchObject({ base: { id: idAt(10) }, lastSegment: 21, archivedUntil: minute(22) });
  expect((await planRecovery(place)).base.id).toBe(idAt(20));
});

test("a moment behind a hole is refused with the last that can be reached; one before it is not", async () => {
  const place = bucket([base(2)], [2, 3, 4, 6, 7]);
  await expect(planRecovery(place, minute(7))).rejects.toThrow(`choose a moment up to ${minute(5).toISOString()}`);
  await expect(planRecovery(place)).rejects.toThrow(/its newest end can't be reached/);
  expect((await planRecovery(place, minute(4))).lastSegment).toBe(4);
});

test("a hole before the newest base is no hole", async () => {
  const place = bucket([base(2), base(6)], [2, 3, 6, 7]);
  expect((await planRecovery(place, minute(8))).base.id).toBe(idAt(6));
});

test("a moment before every base names the earliest", async () => {
  await expect(planRecovery(bucket([base(10), base(20)], [10, 11]), minute(5))).rejects.toThrow(
    `earliest moment that can be reached is ${minute(10).toISOString()}`,
  );
  await expect(planRecovery(bucket([], [10, 11]))).rejects.toThrow(/no base backup of database links below b\/links/);
});

test("a base whose own log is missing is refused before anything is fetched", async () => {
  await expect(planRecovery(bucket([base(10)], [11, 12]), minute(12))).rejects.toThrow(/can't be made consistent: .* 1 segments are missing/);
});
