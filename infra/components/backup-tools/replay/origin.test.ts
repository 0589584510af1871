import { expect, test } from "vitest";
import { base, bucket, idAt, minute } from "../recover/archived-bucket.ts";
import { manifestOf } from "../restore/local-backup.ts";
import { wantedBackup } from "../restore/wanted-backup.ts";
import { originOf } from "./origin.ts";

const dump = (at: number) => manifestOf(idAt(at));
const latest = wantedBackup("latest")!;
const moment = (at: number) => wantedBackup(minute(at).toISOString())!;
const log = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("the newest data are the log's where it goes on after the newest dump", async () => {
  const place = bucket([base(2), dump(5)], log(2, 9));
  expect(await originOf(place, latest)).toMatchObject({ log: { base: { id: idAt(2) }, archivedUntil: minute(10) } });
});

test("they are the dump's where the log ended before it", async () => {
  expect(await originOf(bucket([base(2), dump(12)], log(2, 9)), latest)).toMatchObject({ dump: { id: idAt(12) } });
});

test("a moment is reached by the log, and not by the dump before it", async () => {
  const place = bucket([base(2), dump(5), dump(12)], log(2, 15));
  expect(await originOf(place, moment(9))).toMatchObject({ log: { base: { id: idAt(2) }, at: minute(9) } });
});

test("a moment after the archive's end is the nearer of the two", async () => {
  const place = bucket([base(2), dump(12)], log(2, 9));
  expect(await originOf(place, moment(11))).toMatchObject({ log: {} });
  expect(await originOf(place, moment(14))).toMatchObject({ dump: { id: idAt(12) } });
});

test("a moment before the first base backup is the dump before it, and so is everything without one", async () => {
  expect(await originOf(bucket([dump(3), base(6)], log(6, 9)), moment(5))).toEqual({ dump: dump(3) });
  expect(await originOf(bucket([dump(3)], log(2, 9)), latest)).toEqual({ dump: dump(3) });
});

test("a backup that is named is that one", async () => {
  expect(await originOf(bucket([base(2), dump(5)], log(2, 9)), wantedBackup(idAt(5))!)).toEqual({ dump: dump(5) });
});

test("a log of another major version is left out, and the reason is told", async () => {
  const origin = await originOf(bucket([base(2), dump(5)], log(2, 9)), latest, 18);
  expect(origin).toMatchObject({ dump: { id: idAt(5) }, because: expect.stringContaining("is of Postgres 17 and can't be replayed by 18") });
});

test("a hole before the moment is for a person to decide", async () => {
  await expect(originOf(bucket([base(2), dump(3)], [2, 3, 4, 7, 8]), latest)).rejects.toThrow(/the log has a hole/);
});

test("an empty bucket says so", async () => {
  await expect(originOf(bucket([], []), latest)).rejects.toThrow(/no backup/);
});
