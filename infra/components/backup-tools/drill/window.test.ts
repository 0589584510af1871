import { expect, test } from "vitest";
import { MemoryBucket, prefix, storeBackup } from "../exporter/memory-bucket.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { formatLsn, segmentName, startOfSegment } from "../wal/segment.ts";
import { chooseMoment, momentWindow } from "./window.ts";

const hour = (number: number) => new Date(Date.UTC(2026, 10, 21, number));
const lsn = (segment: number) => ({ startLsn: formatLsn(startOfSegment(segment) + 40n), endLsn: formatLsn(startOfSegment(segment) + 300n) });

/** Bases at an hour, each in the segment of that number, and a segment an hour, stored at its end. */
function window(bases: [at: number, server?: string][], segments: number[], server = "73") {
  const bucket = new MemoryBucket();
  for (const [at, systemIdentifier = "73"] of bases) {
    storeBackup(bucket, `2026-11-21T${`${at}`.padStart(2, "0")}-00-00Z-abcde`, { kind: "base", systemIdentifier, timeline: 1, ...lsn(at) });
  }
  for (const number of segments) bucket.put(`${prefix}/links/wal/${server}/${segmentName({ timeline: 1, number })}`, "", hour(number + 1));
  return momentWindow({ store: bucket as unknown as ObjectStore, prefix, database: "links" });
}

test("reaches from the oldest base backup to the newest segment", async () => {
  expect(await window([[2], [6]], [2, 3, 4, 5, 6, 7])).toEqual({ from: hour(2), until: hour(8), problems: [] });
});

test("what another server left is no part of it", async () => {
  expect(await window([[2, "72"], [6]], [6, 7])).toMatchObject({ from: hour(6), until: hour(8) });
});

test("a hole behind the newest base backup is named with the segment, one before it is for the moment to find", async () => {
  expect((await window([[2], [6]], [2, 3, 5, 6, 7])).problems).toEqual([]);
  expect((await window([[2], [6]], [2, 3, 4, 5, 6, 8])).problems).toEqual([
    expect.stringMatching(/^segment 000000010000000000000007 .* newest base backup 2026-11-21T06\S+, and the log goes on with 000000010000000000000008/),
  ]);
  expect((await window([[2]], [1])).problems).toEqual([expect.stringMatching(/^segment 000000010000000000000002 .* nothing is behind it/)]);
});

test("without a base backup there is none", async () => {
  await expect(window([], [2])).rejects.toThrow(/no base backup of database links below backups\/links/);
});

test("any moment of it is chosen, both ends included, by the number that is drawn", () => {
  const [from, until] = [hour(2), hour(8)];
  expect([0, 0.5, 1 - 2 ** -53].map((drawn) => chooseMoment({ from, until }, () => drawn))).toEqual([hour(2), hour(5), hour(8)]);
  expect(chooseMoment({ from, until: from }, () => 0.9)).toEqual(from);
});
