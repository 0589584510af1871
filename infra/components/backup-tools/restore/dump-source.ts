import type { ChunkKey } from "../format/encryption.ts";
import { streamFolder } from "../format/keys.ts";
import { type Manifest, type ManifestStream, StreamRole } from "../format/manifest.ts";
import { readStream } from "../format/streams.ts";
import type { ObjectStore } from "../store/object-store.ts";

/** One archive of pg_dump, read from its beginning to its end; what is wrong with it ends the reading with an error. */
export type DumpArchive = () => AsyncIterable<Buffer>;

/** Rows of some tables. */
export interface SourceStream {
  name: string;
  bytes: number;
  /** Tables whose rows it holds, as `schema.name`; left out where it holds whatever no other stream does. */
  tables?: readonly string[];
  archive: DumpArchive;
}

/** What a database is restored from. */
export interface DumpSource {
  /** As a message names it: `backup 2026-11-21T03-17-00Z-x7k2p`. */
  name: string;
  schema: DumpArchive;
  /** The rows, in archives that can be read side by side. */
  streams: SourceStream[];
}

/** Where a backup is stored, and the key it is encrypted with, if it is. */
export interface StoredBackup {
  store: ObjectStore;
  prefix: string;
  manifest: Manifest;
  key?: ChunkKey;
}

/** A backup straight from its bucket: every chunk is checked as it passes. */
export function storedDump({ store, prefix, manifest, key }: StoredBackup): DumpSource {
  const { database, id, streams } = manifest;
  const schema = streams.find(({ role }) => role === StreamRole.schema);
  if (!schema) throw new Error(`backup ${id} has no stream of the role schema; choose another backup`);
  const archive = ({ name, chunks }: ManifestStream): DumpArchive => {
    // One ahead: the server takes longer for a chunk's rows than the way from the store.
    return () => readStream(store, { folder: streamFolder(prefix, database, id, name), id, stream: name, key }, chunks, 1);
  };
  const data = streams.filter(({ role }) => role === StreamRole.data);
  return {
    name: `backup ${id}`,
    schema: archive(schema),
    streams: data.map((stream) => ({ name: stream.name, bytes: stream.bytes, tables: stream.tables, archive: archive(stream) })),
  };
}
