import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { algorithm, type ChunkKey, type Encryption, encryptionOverhead, openInPlace, sealInPlace, sealOffset } from "../format/encryption.ts";

/** What stands in the first line of an archived file, before its content. */
export interface ArchivedFileHead {
  format: 2;
  kind: "wal";
  database: string;
  systemIdentifier: string;
  /** Name of the file, as Postgres asks for it. */
  name: string;
  /** Bytes and SHA-256 (hex) of the file itself. */
  bytes: number;
  sha256: string;
  compression: "zstd";
  encryption?: Encryption;
}

/** Which file it is. */
export interface ArchivedFilePlace {
  database: string;
  systemIdentifier: string;
  name: string;
  key?: ChunkKey;
}

/** The level at which a segment of 16 MiB takes a twentieth of a second; one that was closed before it was full shrinks to what it holds. */
const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

const sealPlace = ({ systemIdentifier, name }: ArchivedFilePlace) => ({ id: `${systemIdentifier}/${name}`, stream: "wal", index: 0, last: true });

/** A file of the log as it is stored: one line of JSON, then the file, compressed and by choice encrypted. */
export async function packFile(path: string, place: ArchivedFilePlace): Promise<{ head: ArchivedFileHead; stored: Buffer }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const pieces: Buffer[] = [];
  await pipeline(
    createReadStream(path, { highWaterMark: 256 * 2 ** 10 }),
    async function* counted(source: AsyncIterable<Buffer>) {
      for await (const piece of source) {
        hash.update(piece);
        bytes += piece.length;
        yield piece;
      }
    },
    createZstdCompress(level),
    async (source: AsyncIterable<Buffer>) => {
      for await (const piece of source) pieces.push(piece);
    },
  );
  const { database, systemIdentifier, name, key } = place;
  const head: ArchivedFileHead = {
    ...({ format: 2, kind: "wal", database, systemIdentifier, name, bytes, sha256: hash.digest("hex"), compression: "zstd" } as const),
    ...(key && { encryption: { algorithm, keyId: key.keyId } }),
  };
  return { head, stored: Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...sealed(pieces, place)]) };
}

function sealed(pieces: Buffer[], place: ArchivedFilePlace): Buffer[] {
  if (!place.key) return pieces;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const buffer = Buffer.allocUnsafeSlow(length + encryptionOverhead);
  let at = sealOffset;
  for (const piece of pieces) at += piece.copy(buffer, at);
  return [sealInPlace(buffer, length, place.key, sealPlace(place))];
}

/** The first line of what is stored at a key; whatever is not as it should be is refused. */
export function headOf(stored: Buffer, key: string): { head: ArchivedFileHead; content: Buffer } {
  const end = stored.subarray(0, 4096).indexOf(0x0a);
  let head: ArchivedFileHead | undefined;
  try {
    head = JSON.parse(stored.subarray(0, Math.max(0, end)).toString("utf8"));
  } catch {
    // Said below, with the key.
  }
  if (head?.format !== 2 || head.kind !== "wal")
    throw new Error(`${key} is no file of a log archive: its first line is not that of one; it was cut off or changed`);
  return { head, content: stored.subarray(end + 1) };
}

/** Writes an archived file to where Postgres wants it, and only gives it out when it is the one that was asked for, byte by byte. */
export async function unpackFile(stored: Buffer, key: string, place: ArchivedFilePlace, path: string): Promise<void> {
  const { head, content } = headOf(stored, key);
  const wrong = (["database", "systemIdentifier", "name"] as const).filter((field) => head[field] !== place[field]);
  if (wrong.length > 0) {
    throw new Error(
      `${key} is of another log: ${wrong.map((field) => `${field} is ${head[field]} instead of ${place[field]}`).join(", ")}; it was moved there`,
    );
  }
  const file = await open(path, "w", 0o600);
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    await pipeline([opened(content, head, key, place)], createZstdDecompress(), async (source: AsyncIterable<Buffer>) => {
      for await (const piece of source) {
        hash.update(piece);
        bytes += piece.length;
        await file.writeFile(piece);
      }
    });
    if (bytes !== head.bytes || hash.digest("hex") !== head.sha256) throw new Error("its content is not what its first line says");
    await file.sync();
  } catch (error) {
    throw new Error(`${key} can't be read: ${(error as Error).message}; it was cut off or changed`);
  } finally {
    await file.close();
  }
}

function opened(content: Buffer, head: ArchivedFileHead, key: string, place: ArchivedFilePlace): Buffer {
  if (!head.encryption) return content;
  if (!place.key) throw new Error(`${key} is encrypted with key ${head.encryption.keyId}, and none is given`);
  if (place.key.keyId !== head.encryption.keyId) throw new Error(`${key} is encrypted with key ${head.encryption.keyId}; the given one is ${place.key.keyId}`);
  return openInPlace(content, place.key, sealPlace(place));
}
