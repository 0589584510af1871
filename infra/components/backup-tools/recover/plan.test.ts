import { expect, test } from "vitest";
import { base, bucket, idAt, minute } from "./archived-bucket.ts";
import { planRecovery } from "./plan.ts";

test("the newest base before the moment is taken, with all the log behind it", async () => {
  const place = bucket([base(2), base(10), base(20)], [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
  const plan = await planRecovery(place, minute(13));
  expect(plan).toMatchObject({ base: { id: idAt(10) }, lastSegment: 21, archivedUntil: minute(22) });
  expect((await planRecovery(place)).base.id).toBe(idAt(20));
});

test("a moment behind a hole is refused with the last that can be reached; one before it is not", async () => {
  const place = bucket([base(2)], [2, 3, 4, 6, 7]);
  await expect(planRecovery(place, minute(7))).rejects.toThrow(`choose a moment up to ${minute(5).toISOString()}`);
  await expect(planRecovery(place, minute(7))).rejects.toThrow("from segment 000000010000000000000005 on");
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
  await expect(planRecovery(bucket([base(10)], [11, 12]), minute(12))).rejects.toThrow(
    /can't be made consistent: .* 1 segments are missing, from 00000001000000000000000A on/,
  );
});
