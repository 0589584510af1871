import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";

export const algorithm = "AES-256-GCM";

/** How a manifest says that its chunks are encrypted. */
export interface Encryption {
  algorithm: typeof algorithm;
  /** First 8 hex digits of the key's SHA-256: tells keys apart, and says nothing of them. */
  keyId: string;
}

export interface ChunkKey {
  key: Buffer;
  keyId: string;
}

/** Which chunk it is. Bound to its content, so one that was swapped, moved or cut off behind is refused. */
export interface ChunkPlace {
  id: string;
  stream: string;
  index: number;
  last: boolean;
}

const nonceBytes = 12;
const tagBytes = 16;
/** What encryption adds to a chunk: a nonce before it and a tag behind. */
export const encryptionOverhead = nonceBytes + tagBytes;
/** Encrypted piece by piece within one buffer: a second one for the whole chunk would double the memory. */
const pieceBytes = 256 * 2 ** 10;

/** A key from its text: 64 hex digits. */
export function chunkKey(text: string, source: string): ChunkKey {
  const trimmed = text.trim();
  if (!/^[0-9a-fA-F]{64}$/.test(trimmed)) throw new Error(`${source} holds no key; it must be 64 hex digits, 32 bytes`);
  const key = Buffer.from(trimmed, "hex");
  return { key, keyId: createHash("sha256").update(key).digest("hex").slice(0, 8) };
}

export async function readChunkKey(path: string): Promise<ChunkKey> {
  return chunkKey(await readFile(path, "utf8"), path);
}

/** Encrypts in place: the content stands in `buffer` from `nonceBytes` on, `length` bytes of it; returns the part to store. */
export function sealInPlace(buffer: Buffer, length: number, { key }: ChunkKey, place: ChunkPlace): Buffer {
  // A random nonce a chunk: below 2^32 chunks of one key a repeat is less likely than 2^-32 (NIST SP 800-38D, 8.3).
  const nonce = randomBytes(nonceBytes);
  nonce.copy(buffer, 0);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(additionalData(place));
  for (let at = nonceBytes; at < nonceBytes + length; at += pieceBytes) {
    cipher.update(buffer.subarray(at, Math.min(at + pieceBytes, nonceBytes + length))).copy(buffer, at);
  }
  cipher.final();
  cipher.getAuthTag().copy(buffer, nonceBytes + length);
  return buffer.subarray(0, nonceBytes + length + tagBytes);
}

/** Where a chunk's content begins in a buffer that is to be sealed. */
export const sealOffset = nonceBytes;

/** Decrypts in place and returns the content; a chunk that is not exactly what was stored at that place is refused. */
export function openInPlace(stored: Buffer, { key, keyId }: ChunkKey, place: ChunkPlace): Buffer {
  const refused = () =>
    new Error(
      `chunk ${place.index} of stream ${place.stream} of ${place.id} can't be decrypted with key ${keyId}: it was changed, moved, or is of another key`,
    );
  if (stored.length < encryptionOverhead) throw refused();
  const decipher = createDecipheriv("aes-256-gcm", key, stored.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(additionalData(place));
  decipher.setAuthTag(stored.subarray(stored.length - tagBytes));
  const end = stored.length - tagBytes;
  for (let at = nonceBytes; at < end; at += pieceBytes) decipher.update(stored.subarray(at, Math.min(at + pieceBytes, end))).copy(stored, at);
  try {
    decipher.final();
  } catch {
    throw refused();
  }
  return stored.subarray(nonceBytes, end);
}

function additionalData({ id, stream, index, last }: ChunkPlace): Buffer {
  return Buffer.from(`${id}/${stream}/${index}/${last ? "last" : "more"}`);
}
