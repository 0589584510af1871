import { createHash } from "node:crypto";
import { passedThrough } from "../store/garbage.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { type ChunkKey, encryptionOverhead, openInPlace, sealInPlace, sealOffset } from "./encryption.ts";
import { chunkName } from "./keys.ts";
import type { Chunk } from "./manifest.ts";

export const chunkBytes = 8 * 2 ** 20;

/** Where a stream's chunks lie, and how they are kept. */
export interface StreamPlace {
  /** Folder of the chunks: `streamFolder(...)`. */
  folder: string;
  /** Id of the backup. */
  id: string;
  /** Name of the stream. */
  stream: string;
  /** Encrypts or decrypts. Left out for a backup that is not encrypted. */
  key?: ChunkKey;
}

export interface WrittenStream {
  /** Bytes of the stream itself. */
  bytes: number;
  chunks: Chunk[];
}

/** Who stores a stream, and who reads each chunk back at once. */
export interface StreamStores {
  writer: ObjectStore;
  /** Left out, chunks are not verified here. */
  reader?: ObjectStore;
}

/**
 * Cuts a byte stream into chunks and stores each. While one is on its way and is read back, the next one fills: never more than
 * two are in memory. Fails at once when a chunk can't be stored or comes back different.
 */
export async function writeStream(source: AsyncIterable<Uint8Array>, place: StreamPlace, stores: StreamStores): Promise<WrittenStream> {
  const chunks: Chunk[] = [];
  let total = 0;
  let filling = emptyChunk();
  let underway: Promise<void> = Promise.resolve();

  const flush = async (last: boolean) => {
    const full = filling;
    await underway;
    const stored = seal(full, place, chunks.length, last);
    const chunk = { bytes: stored.length, sha256: createHash("sha256").update(stored).digest("hex") };
    const key = place.folder + chunkName(chunks.length);
    chunks.push(chunk);
    underway = storeChunk(key, stored, chunk, stores).finally(() => spare.push(full.buffer));
    // Its failure is met at the next wait; unhandled until then, it would end the process without a word.
    underway.catch(() => undefined);
  };

  try {
    for await (const piece of source) {
      let rest = piece;
      while (rest.length > 0) {
        // Only now is it known that the full chunk is not the last one.
        if (filling.length === chunkBytes) {
          await flush(false);
          filling = emptyChunk();
        }
        const part = rest.subarray(0, chunkBytes - filling.length);
        filling.buffer.set(part, sealOffset + filling.length);
        filling.length += part.length;
        total += part.length;
        rest = rest.subarray(part.length);
      }
      passedThrough(piece.length);
    }
    await flush(true);
  } finally {
    // Whoever removes what a failed run left must not be overtaken by a chunk on its way.
    await Promise.allSettled([underway]);
  }
  await underway;
  return { bytes: total, chunks };
}

interface Filling {
  buffer: Buffer;
  length: number;
}

/** Buffers of chunks that were stored, to be used again. */
const spare: Buffer[] = [];

function emptyChunk(): Filling {
  return { buffer: spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes + encryptionOverhead), length: 0 };
}

function seal({ buffer, length }: Filling, { id, stream, key }: StreamPlace, index: number, last: boolean): Buffer {
  return key ? sealInPlace(buffer, length, key, { id, stream, index, last }) : buffer.subarray(sealOffset, sealOffset + length);
}

async function storeChunk(key: string, stored: Buffer, chunk: Chunk, { writer, reader }: StreamStores): Promise<void> {
  await writer.put(key, stored, { sha256: chunk.sha256 });
  if (!reader) return;
  const found = await reader.digest(key);
  if (found.sha256 !== chunk.sha256) throw differs(key, chunk, found);
}

function differs(key: string, expected: Chunk, found: Chunk): Error {
  return new Error(
    `${key} has ${found.bytes} bytes with sha256 ${found.sha256} instead of ${expected.bytes} with ${expected.sha256}: the store gives back something else than it took; this is not a backup`,
  );
}

/**
 * The stream's bytes in order, each chunk checked against the manifest, and decrypted, before any of it is given out. `ahead` chunks are
 * fetched while one is being used.
 */
export async function* readStream(store: ObjectStore, place: StreamPlace, chunks: readonly Chunk[], ahead = 2): AsyncGenerator<Buffer> {
  const underway: Promise<Buffer>[] = [];
  try {
    for (let next = 0, given = 0; given < chunks.length; given += 1) {
      for (; next < chunks.length && underway.length < ahead; next += 1) {
        const fetching = fetchChunk(store, place, chunks, next);
        fetching.catch(() => undefined);
        underway.push(fetching);
      }
      let content: Buffer | undefined = await underway.shift()!;
      if (content.length > 0) yield content;
      // A chunk is as large as all that the collector minds; where the command allows it, each is collected when it is done with.
      content = undefined;
      globalThis.gc?.();
    }
  } finally {
    await Promise.allSettled(underway);
  }
}

async function fetchChunk(store: ObjectStore, { folder, id, stream, key }: StreamPlace, chunks: readonly Chunk[], index: number): Promise<Buffer> {
  const expected = chunks[index]!;
  const name = folder + chunkName(index);
  const stored = await store.get(name);
  const sha256 = createHash("sha256").update(stored).digest("hex");
  if (sha256 !== expected.sha256) throw differs(name, expected, { bytes: stored.length, sha256 });
  return key ? openInPlace(stored, key, { id, stream, index, last: index === chunks.length - 1 }) : stored;
}
