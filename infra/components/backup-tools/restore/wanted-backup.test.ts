import { expect, test } from "vitest";
import { nearestBackup, WantedKind, wantedBackup, wantedProblem } from "./wanted-backup.ts";

const now = Date.parse("2026-11-21T12:00:00Z");

test.each([
  ["latest", WantedKind.latest],
  ["2026-11-21T03-17-00Z-x7k2p", WantedKind.named],
  ["2026-11-21T03:17:00Z", WantedKind.moment],
  ["2026-11-21T04:17+01:00", WantedKind.moment],
])("%s is understood", (text, kind) => {
  expect(wantedBackup(text)?.kind).toBe(kind);
  expect(wantedProblem(text, now)).toBeUndefined();
});

test.each([
  ["yesterday", /names no backup; write latest, a name such as/],
  ["2026-11-21", /names no backup/],
  ["2026-11-31T03-17-00Z-x7k2", /names no backup/],
  ["../secrets", /names no backup/],
  ["2027-11-21T03:17:00Z", /is still to come/],
])("%s is refused with the mend", (text, message) => expect(wantedProblem(text, now)).toMatch(message));

test("the nearest name has the same last letters, or else the nearest time", () => {
  const names = ["2026-11-21T03-17-00Z-x7k2p", "2026-11-20T03-17-00Z-abcde", "2026-11-12T03-17-00Z-fghij"];
  expect(nearestBackup("2026-11-12T03-17-00Z-x7k2p", names)).toBe(names[0]);
  expect(nearestBackup("2026-11-20T03-17-00Z-abcdf", names)).toBe(names[1]);
  expect(nearestBackup("2026-11-13T00-00-00Z-zzzzz", names)).toBe(names[2]);
});
