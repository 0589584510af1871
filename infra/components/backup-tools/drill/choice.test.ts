import { expect, test } from "vitest";
import { MemoryBucket, prefix, storeBackup, storeEvidence } from "../exporter/memory-bucket.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { chooseRestores, momentIsDue } from "./choice.ts";

/** Which of so many runs take a moment, each told of the evidence of those before it, of which no more than `kept` is there. */
function taken(runs: number, share: number, kept = runs): number[] {
  let names: string[] = [];
  const moments: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const id = `2026-11-${`${run + 1}`.padStart(2, "0")}T04-47-00Z-abcde`;
    const due = momentIsDue(names, share);
    if (due) moments.push(run);
    names = [...names, `${id}-newest`, `${id}-${due ? "moment" : "older"}`].slice(-2 * kept);
  }
  return moments;
}

test.each([
  [1 / 3, [0, 3, 6, 9]],
  [0.4, [0, 2, 5, 7, 10]],
  [0.5, [0, 2, 4, 6, 8, 10]],
  [1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [0, []],
])("a share of %d is kept from the first run on, by what lies in the bucket", (share, runs) => expect(taken(11, share)).toEqual(runs));

test("an archive that is new to old drills has its turn at once, and no more than its share from then on", () => {
  const old = Array.from({ length: 9 }, (_, run) => `2026-11-0${run + 1}T04-47-00Z-abcde-older`);
  expect(momentIsDue(old, 1 / 3)).toBe(true);
  const once = [...old, "2026-11-10T04-47-00Z-abcde-newest", "2026-11-10T04-47-00Z-abcde-moment"];
  expect(momentIsDue(once, 1 / 3)).toBe(false);
  expect(momentIsDue([...once, "2026-11-11T04-47-00Z-abcde-newest", "2026-11-12T04-47-00Z-abcde-newest"], 1 / 3)).toBe(true);
});

test("evidence that expires changes the share by little", () => {
  expect(taken(22, 1 / 3, 7)).toEqual([0, 3, 6, 9, 12, 15, 18, 21]);
});

const newest = "2026-11-21T03-17-00Z-newes";
const older = "2026-11-20T03-17-00Z-older";
async function chosen(momentShare: number | undefined, change: (bucket: MemoryBucket) => void = () => {}) {
  const bucket = new MemoryBucket();
  storeBackup(bucket, newest);
  storeBackup(bucket, older);
  storeBackup(bucket, "2026-11-21T01-41-00Z-basic", { kind: "base" });
  change(bucket);
  const restores = await chooseRestores({ store: bucket as unknown as ObjectStore, prefix, database: "links", momentShare }, () => 0);
  return restores.map((one) => (one.drilled === "moment" ? "moment" : one.name));
}

test("a moment takes the place of the older dump; the newest is always there", async () => {
  expect(await chosen(undefined)).toEqual([newest, older]);
  expect(await chosen(0)).toEqual([newest, older]);
  expect(await chosen(1 / 3)).toEqual([newest, "moment"]);
  expect(await chosen(1 / 3, (bucket) => storeEvidence(bucket, "2026-11-20T04-47-00Z-abcde-moment", {}))).toEqual([newest, older]);
});

test("where there is no dump, each run goes back to a moment", async () => {
  const withoutDumps = (bucket: MemoryBucket) => {
    for (const key of [...bucket.content.keys()]) if (!key.includes("-basic")) bucket.content.delete(key);
    storeEvidence(bucket, "2026-11-20T04-47-00Z-abcde-moment", {});
  };
  expect(await chosen(1 / 3, withoutDumps)).toEqual(["moment"]);
  expect(await chosen(undefined, withoutDumps)).toEqual([]);
});
