import { createHash } from "node:crypto";
import { chunkName, dataFolder, drillKey, manifestKey } from "../format/keys.ts";
import type { Manifest } from "../format/manifest.ts";
import type { StoredObject } from "../store/object-store.ts";
import { StoreError } from "../store/store-error.ts";

/** A bucket in memory, for tests, that counts what is asked of it. */
export class MemoryBucket {
  readonly content = new Map<string, { body: Buffer; modified: Date }>();
  gets = 0;
  failure?: Error;

  put(key: string, body: string | Buffer, modified = new Date("2026-11-21T03:20:00Z")): void {
    this.content.set(key, { body: Buffer.from(body), modified });
  }

  /** Whatever is asked, in the order of keys. */
  async *list(prefix: string): AsyncGenerator<StoredObject> {
    if (this.failure) throw this.failure;
    for (const [key, { body, modified }] of [...this.content].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (key.startsWith(prefix)) yield { key, bytes: body.length, modified };
    }
  }

  async get(key: string): Promise<Buffer> {
    this.gets += 1;
    const found = this.content.get(key);
    if (!found) throw new StoreError({ verb: "get", key, bucket: "b", endpoint: "memory" }, "NoSuchKey", 404, "");
    return found.body;
  }
}

export const prefix = "backups";

/** A small backup of two chunks, as it is stored. */
export function storeBackup(bucket: MemoryBucket, id: string, change: Partial<Manifest> = {}, chunks: readonly string[] = ["first", "second!"]): Manifest {
  const at = `${id.slice(0, 10)}T${id.slice(11, 19).replaceAll("-", ":")}Z`;
  const listed = chunks.map((text) => ({ bytes: text.length, sha256: createHash("sha256").update(text).digest("hex") }));
  const bytes = chunks.join("").length;
  const manifest: Manifest = {
    format: 2,
    kind: "dump",
    id,
    database: "links",
    systemIdentifier: "7400000000000000001",
    serverVersion: 180004,
    startedAt: at,
    snapshotAt: at,
    finishedAt: at,
    verifiedAt: at,
    bytes,
    storedBytes: bytes,
    streams: [{ name: "data-rest", role: "data", bytes, chunks: listed }],
    tables: [{ schema: "public", name: "links", rows: 3 }],
    ...change,
  };
  for (const [index, text] of chunks.entries()) bucket.put(`${dataFolder(prefix, "links", id)}data-rest/${chunkName(index)}`, text);
  bucket.put(manifestKey(prefix, "links", id), JSON.stringify(manifest));
  return manifest;
}

export const storeEvidence = (bucket: MemoryBucket, id: string, signed: object) => bucket.put(drillKey(prefix, "links", id), JSON.stringify(signed));
