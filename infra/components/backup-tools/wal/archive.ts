import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ChunkKey } from "../format/encryption.ts";
import { walFolder } from "../format/keys.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { StoreError } from "../store/store-error.ts";
import { headOf, packFile } from "./archived-file.ts";

/** Where a server's log is kept. Its own folder, since a server made anew under the same name counts its segments from 1 again. */
export const serverFolder = (prefix: string, database: string, systemIdentifier: string) => `${walFolder(prefix, database)}${systemIdentifier}/`;

/** What stands in the log of a recovery when the bucket did not answer as it should: that says nothing about what lies in it. */
export const storeAway = "the bucket is away";

export interface ArchiveSettings {
  writer: ObjectStore;
  reader: ObjectStore;
  prefix: string;
  database: string;
  key?: ChunkKey;
}

/** Stores one file of the log and returns when the reader has found it there, byte by byte. A file that is there already is left alone. */
export async function archiveFile(settings: ArchiveSettings, systemIdentifier: string, directory: string, name: string): Promise<number> {
  const { writer, reader, prefix, database, key } = settings;
  const at = serverFolder(prefix, database, systemIdentifier) + name;
  const { head, stored } = await packFile(join(directory, name), { database, systemIdentifier, name, key });
  try {
    await writer.put(at, stored, { onlyIfAbsent: true });
  } catch (error) {
    if (!(error instanceof StoreError && error.code === "PreconditionFailed")) throw error;
  }
  const found = await reader.digest(at);
  if (found.sha256 === createHash("sha256").update(stored).digest("hex")) return stored.length;
  // Encrypted, the same file looks different each time; so what counts is what its first line says of it.
  const there = headOf(await reader.get(at), at).head;
  if (there.sha256 === head.sha256) return stored.length;
  throw new Error(
    `${at} holds another log than this server's: two servers with the identifier ${systemIdentifier} archive to one place, as after a restore beside a running one; end the other's archive or give this one a prefix of its own`,
  );
}
