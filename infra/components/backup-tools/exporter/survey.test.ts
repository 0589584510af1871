import { createPublicKey } from "node:crypto";
import { expect, test } from "vitest";
import { type Evidence, publicKeyPem, signEvidence, signingKey } from "../drill/evidence.ts";
import { manifestKey } from "../format/keys.ts";
import { MemoryBucket, prefix, storeBackup, storeEvidence } from "./memory-bucket.ts";
import { Survey } from "./survey.ts";

const id = "2026-11-21T03-17-00Z-x7k2p";
const chunk = (index: number) => `${prefix}/links/data/${id}/data-rest/0000${index}`;
const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const publicKey = createPublicKey(publicKeyPem(seed));
const evidence: Evidence = {
  format: 1,
  id: "2026-11-21T04-47-00Z-abcde-newest",
  run: "2026-11-21T04-47-00Z-abcde",
  drilled: "newest",
  backup: id,
  kind: "dump",
  database: "links",
  startedAt: "2026-11-21T04:47:00Z",
  finishedAt: "2026-11-21T04:48:00Z",
  good: true,
  checks: { restore: true },
  problems: [],
  seconds: { restore: 20 },
  tables: [],
};

function surveyed(change: (bucket: MemoryBucket) => void = () => {}) {
  const bucket = new MemoryBucket();
  storeBackup(bucket, id);
  change(bucket);
  return { bucket, survey: new Survey(bucket, prefix, publicKey) };
}

/** What is seen once may be a backup that ends during the listing. */
async function lookTwice({ survey }: { survey: Survey }) {
  await survey.look();
  return survey.look();
}

test("a backup whose objects lie there in their length is whole", async () => {
  const state = await lookTwice(surveyed());
  expect(state.backups).toEqual([expect.objectContaining({ id, database: "links", kind: "dump", bytes: 12, verifiedAt: new Date("2026-11-21T03:17:00Z") })]);
  expect(state.problems).toEqual([]);
  expect([state.objects, state.bytes > 12]).toEqual([3, true]);
});

test.each<[string, (bucket: MemoryBucket) => void, RegExp]>([
  ["cut off", (bucket) => bucket.put(chunk(1), "secon"), /backup 2026-\S+ of links is damaged: chunk 00001 of stream data-rest has 5 bytes instead of 7/],
  ["without a chunk", (bucket) => bucket.content.delete(chunk(0)), /chunk 00000 of stream data-rest is missing/],
])("a backup that is %s is damaged", async (_, change, message) => {
  const state = await lookTwice(surveyed(change));
  expect(state.backups[0]!.damage).toMatch(message);
  expect(state.problems).toEqual([expect.stringMatching(message)]);
});

test("a backup that ends while the bucket is listed is not called damaged", async () => {
  const { bucket, survey } = surveyed((given) => given.content.delete(chunk(1)));
  expect((await survey.look()).backups[0]!.damage).toBeUndefined();
  bucket.put(chunk(1), "second!");
  expect((await survey.look()).backups[0]!.damage).toBeUndefined();
  expect((await survey.look()).backups[0]!.damage).toBeUndefined();
});

test("damage that is mended is forgotten", async () => {
  const { bucket, survey } = surveyed((given) => given.put(chunk(1), "secon"));
  await survey.look();
  expect((await survey.look()).backups[0]!.damage).toBeDefined();
  bucket.put(chunk(1), "second!");
  expect((await survey.look()).backups[0]!.damage).toBeUndefined();
});

test.each<[string, (bucket: MemoryBucket) => void, RegExp]>([
  ["no JSON", (bucket) => bucket.put(manifestKey(prefix, "links", id), "{"), /manifests\/2026-\S+\.json is no manifest: it is no JSON/],
  ["of another database", (bucket) => storeBackup(bucket, id, { database: "shop" }), /is of database shop: it lies in the wrong folder/],
  [
    "of another backup",
    (bucket) => storeBackup(bucket, id, { id: "2026-11-20T03-17-00Z-abcde" }),
    /is of backup 2026-11-20T03-17-00Z-abcde: it has the wrong name/,
  ],
])("a manifest that is %s counts for nothing", async (_, change, message) => {
  const state = await lookTwice(surveyed(change));
  expect(state.backups).toEqual([]);
  expect(state.problems).toEqual([expect.stringMatching(message)]);
});

test("chunks without a manifest are the rest of a run that failed", async () => {
  const state = await lookTwice(surveyed((bucket) => bucket.content.delete(manifestKey(prefix, "links", id))));
  expect([state.backups, state.problems]).toEqual([[], []]);
});

test("what was read once is not fetched again, until it is replaced or goes", async () => {
  const { bucket, survey } = surveyed((given) => storeEvidence(given, evidence.id, signEvidence(evidence, signingKey(seed))));
  await survey.look();
  await survey.look();
  expect(bucket.gets).toBe(2);
  bucket.put(manifestKey(prefix, "links", id), "{}", new Date("2026-11-21T05:00:00Z"));
  expect((await survey.look()).backups).toEqual([]);
  expect(bucket.gets).toBe(3);
  bucket.content.delete(manifestKey(prefix, "links", id));
  expect((await survey.look()).problems).toEqual([]);
});

test("evidence counts when this stack signed it, under its own name", async () => {
  const signed = signEvidence(evidence, signingKey(seed));
  expect((await surveyed((bucket) => storeEvidence(bucket, evidence.id, signed)).survey.look()).drills).toEqual([evidence]);
  const forged = { ...signed, evidence: { ...evidence, recoveryPointSeconds: 1 } };
  const refused = await surveyed((bucket) => storeEvidence(bucket, evidence.id, forged)).survey.look();
  expect([refused.drills, refused.problems]).toEqual([[], [expect.stringMatching(/drills\/\S+newest\.json is not signed by key/)]]);
  const copied = await surveyed((bucket) => storeEvidence(bucket, "2026-11-22T04-47-00Z-abcde-newest", signed)).survey.look();
  expect([copied.drills, copied.problems]).toEqual([[], [expect.stringMatching(/is evidence 2026-11-21T\S+ of database links: it was copied/)]]);
});

test("a manifest that expires between listing and reading is no problem", async () => {
  const { bucket, survey } = surveyed();
  const list = bucket.list.bind(bucket);
  bucket.list = async function* (given: string) {
    yield* list(given);
    bucket.content.clear();
  };
  expect(await survey.look()).toMatchObject({ backups: [], problems: [] });
});

test("a store that answers nothing fails the look", async () => {
  const { bucket, survey } = surveyed();
  bucket.failure = new Error("can't list");
  await expect(survey.look()).rejects.toThrow("can't list");
});
