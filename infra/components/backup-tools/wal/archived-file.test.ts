import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { chunkKey } from "../format/encryption.ts";
import { packFile, unpackFile } from "./archived-file.ts";
import { segmentBytes } from "./segment.ts";

const folder = mkdtempSync(join(tmpdir(), "archived-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const segment = join(folder, "segment");
const content = Buffer.alloc(segmentBytes);
randomBytes(100_000).copy(content);
writeFileSync(segment, content);
const place = { database: "links", systemIdentifier: "7312", name: "000000010000000000000002" };
const key = "backups/links/wal/7312/000000010000000000000002";
const secret = chunkKey("ab".repeat(32), "test");
const out = join(folder, "out");

test("a segment closed before it was full is stored as what it holds, and comes back whole", async () => {
  const { head, stored } = await packFile(segment, place);
  expect(head).toMatchObject({ bytes: segmentBytes, name: place.name });
  expect(stored.length).toBeLessThan(110_000);
  await unpackFile(stored, key, place, out);
  expect(readFileSync(out).equals(content)).toBe(true);
});

test("encrypted, it opens with its key at its place only", async () => {
  const { stored } = await packFile(segment, { ...place, key: secret });
  await unpackFile(Buffer.from(stored), key, { ...place, key: secret }, out);
  expect(readFileSync(out).equals(content)).toBe(true);
  await expect(unpackFile(Buffer.from(stored), key, place, out)).rejects.toThrow(/encrypted with key [0-9a-f]{8}, and none is given/);
  await expect(unpackFile(Buffer.from(stored), key, { ...place, key: chunkKey("cd".repeat(32), "test") }, out)).rejects.toThrow(/the given one is/);
  const renamed = Buffer.from(stored.toString("latin1").replace(`"name":"${place.name}"`, `"name":"000000010000000000000003"`), "latin1");
  await expect(unpackFile(renamed, key, { ...place, name: "000000010000000000000003", key: secret }, out)).rejects.toThrow(/can't be decrypted/);
});

test.each([
  ["one changed byte", (stored: Buffer) => stored.fill(stored[5000]! ^ 1, 5000, 5001)],
  ["a cut", (stored: Buffer) => stored.subarray(0, stored.length - 10)],
  ["a cut in its first line", (stored: Buffer) => stored.subarray(0, 20)],
])("%s is refused", async (_, damage) => {
  const { stored } = await packFile(segment, place);
  await expect(unpackFile(damage(stored), key, place, out)).rejects.toThrow(/it was cut off or changed/);
});

test("another database's log is refused by name", async () => {
  const { stored } = await packFile(segment, { ...place, systemIdentifier: "9999" });
  await expect(unpackFile(stored, key, place, out)).rejects.toThrow("systemIdentifier is 9999 instead of 7312");
});
