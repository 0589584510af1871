import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type StoreWorkbench, startStore } from "../store/workbench.ts";
import { chunkKey } from "./encryption.ts";
import { chunkBytes, readStream, type StreamPlace, writeStream } from "./streams.ts";

let bench: StoreWorkbench;
beforeEach(async () => {
  bench = await startStore();
});
afterEach(() => bench.close());

const plain: StreamPlace = { folder: "p/db/data/id/rest/", id: "id", stream: "rest" };
const encrypted: StreamPlace = { ...plain, key: chunkKey("ab".repeat(32), "test") };
const stores = () => ({ writer: bench.store(), reader: bench.store() });

async function* pieces(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function read(place: StreamPlace, chunks: Parameters<typeof readStream>[2]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of readStream(bench.store({ deadlineSeconds: 1 }), place, chunks)) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const random = randomBytes(2 * chunkBytes + 12_345);

test.each([
  ["nothing", 0, 1],
  ["one byte", 1, 1],
  ["one whole chunk", chunkBytes, 1],
  ["one byte more than a chunk", chunkBytes + 1, 2],
  ["three chunks", random.length, 3],
])("%s comes back byte by byte, encrypted or not", async (_, length, count) => {
  const content = random.subarray(0, length);
  for (const place of [plain, encrypted]) {
    const written = await writeStream(pieces(content, 1_000_003), place, stores());
    expect(written.bytes).toBe(length);
    expect(written.chunks).toHaveLength(count);
    expect((await read(place, written.chunks)).equals(content)).toBe(true);
  }
});

test("encrypted, the store sees nothing of it", async () => {
  const content = Buffer.alloc(100_000, "a sentence that repeats itself. ");
  await writeStream(pieces(content, 5000), encrypted, stores());
  expect(bench.objects.get("p/db/data/id/rest/00000")!.includes("sentence")).toBe(false);
});

test("never more than two chunks are in memory", async () => {
  let given = 0;
  let stored = 0;
  let most = 0;
  const slow = {
    ...stores(),
    writer: Object.assign(bench.store(), {
      put: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        stored += 1;
      },
    }),
    reader: undefined,
  };
  async function* counted() {
    for (; given < 6 * chunkBytes; given += 2 ** 20) {
      most = Math.max(most, given / chunkBytes - stored);
      yield Buffer.alloc(2 ** 20);
    }
  }
  await writeStream(counted(), plain, slow);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(2);
});

const damages: [string, (objects: Map<string, Buffer>, folder: string) => void][] = [
  ["one byte is changed", (objects, folder) => (objects.get(`${folder}00001`)![77]! ^= 1)],
  ["a chunk is cut", (objects, folder) => objects.set(`${folder}00002`, objects.get(`${folder}00002`)!.subarray(0, 100))],
  ["two chunks are swapped", (objects, folder) => objects.set(`${folder}00000`, objects.get(`${folder}00001`)!)],
  ["a chunk is another backup's", (objects, folder) => objects.set(`${folder}00001`, Buffer.from("of another"))],
];

test.each(damages)("a stream is refused when %s, and nothing of that chunk is given out", async (_, damage) => {
  const { chunks } = await writeStream(pieces(random, 2 ** 20), plain, stores());
  damage(bench.objects, plain.folder);
  await expect(read(plain, chunks)).rejects.toThrow(/p\/db\/data\/id\/rest\/0000\d has \d+ bytes with sha256 .* this is not a backup/);
});

test("a chunk that is missing is named", async () => {
  const { chunks } = await writeStream(pieces(random, 2 ** 20), plain, stores());
  bench.objects.delete(`${plain.folder}00001`);
  await expect(read(plain, chunks)).rejects.toThrow(/can't get p\/db\/data\/id\/rest\/00001 .*404 NoSuchKey/);
});

test("encrypted, not even a manifest that was changed too makes a swapped, moved or cut stream pass", async () => {
  const { chunks } = await writeStream(pieces(random, 2 ** 20), encrypted, stores());
  const [first, second] = chunks as [(typeof chunks)[0], (typeof chunks)[0]];
  await expect(read(encrypted, chunks.slice(0, 2)), "cut at the end").rejects.toThrow(/chunk 1 of stream rest of id can't be decrypted/);
  const at = (name: string) => bench.objects.get(encrypted.folder + name)!;
  const [one, two] = [at("00000"), at("00001")];
  bench.objects.set(`${encrypted.folder}00000`, two).set(`${encrypted.folder}00001`, one);
  await expect(read(encrypted, [second, first, chunks[2]!]), "swapped").rejects.toThrow(/chunk \d of stream rest of id can't be decrypted/);
  bench.objects.set(`${encrypted.folder}00000`, one).set(`${encrypted.folder}00001`, two);
  await expect(read({ ...encrypted, id: "other" }, chunks), "of another backup").rejects.toThrow(/of other can't be decrypted/);
  await expect(read({ ...encrypted, key: chunkKey("cd".repeat(32), "test") }, chunks), "with another key").rejects.toThrow(/is of another key/);
});

test("what the store keeps differently is noticed while it is written", async () => {
  bench.fault = (request, response) => request.method === "GET" && Boolean(response.end("something else"));
  await expect(writeStream(pieces(random, 2 ** 20), plain, stores())).rejects.toThrow(/gives back something else than it took; this is not a backup/);
});

test("a source that fails midway fails the stream, and the source is closed when the store fails", async () => {
  async function* breaks() {
    yield random.subarray(0, 1000);
    throw new Error("pg_dump ended with signal SIGKILL");
  }
  await expect(writeStream(breaks(), plain, stores())).rejects.toThrow("SIGKILL");

  let closed = false;
  async function* endless() {
    try {
      while (true) yield random.subarray(0, 2 ** 20);
    } finally {
      closed = true;
    }
  }
  bench.fault = (_, response) => Boolean(response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>"));
  await expect(writeStream(endless(), plain, stores())).rejects.toThrow(/AccessDenied/);
  expect(closed).toBe(true);
});
