import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** Writes a stream to a file, which replaces one that is there. */
export async function toFile(source: AsyncIterable<Buffer>, path: string): Promise<void> {
  try {
    await pipeline(source, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    throw new Error(`${path} can't be written: no space is left; raise maxMemory, from which the scratch space of this job follows`);
  }
}

/** The first bytes of a file. */
export async function headOf(path: string, length = 4096): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
