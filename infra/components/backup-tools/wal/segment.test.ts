import { expect, test } from "vitest";
import { formatLsn, parseLsn, parseSegment, segmentBytes, segmentName, segmentNumber, startOfSegment } from "./segment.ts";

test("names and places are those of Postgres", () => {
  // As pg_walfile_name gives them on timeline 1 and 3.
  const known = [
    ["0/2000028", 1, "000000010000000000000002"],
    ["1/0", 1, "000000010000000100000000"],
    ["A/FFFFFFFF", 3, "000000030000000A000000FF"],
  ] as const;
  for (const [lsn, timeline, name] of known) {
    expect(segmentName({ timeline, number: segmentNumber(parseLsn(lsn)) })).toBe(name);
    expect(formatLsn(parseLsn(lsn))).toBe(lsn);
  }
});

test("a place at a segment's very beginning belongs to it, and the name reads back", () => {
  const segment = { timeline: 2, number: 256 };
  expect(segmentName(segment)).toBe("000000020000000100000000");
  expect(parseSegment(segmentName(segment))).toEqual(segment);
  expect(segmentNumber(startOfSegment(256))).toBe(256);
  expect(segmentNumber(startOfSegment(256) - 1n)).toBe(255);
  expect(segmentBytes).toBe(16777216);
});

test("what is no whole segment has no number", () => {
  for (const name of ["000000010000000000000002.partial", "00000002.history", "000000010000000000000100", "backup"]) expect(parseSegment(name)).toBeUndefined();
  expect(() => parseLsn("2000028")).toThrow(/0\/2000028/);
});
