import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { algorithm, type ChunkKey } from "../format/encryption.ts";
import { manifestKey, streamFolder } from "../format/keys.ts";
import { type Manifest, serializeManifest } from "../format/manifest.ts";
import { readStream, writeStream } from "../format/streams.ts";
import { report } from "../report.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { keysByDatabase, type RedisConnection } from "./connection.ts";
import { headOf, toFile } from "./copy.ts";
import { rdbFacts } from "./rdb-header.ts";
import { snapshot } from "./snapshot.ts";
import { loadThrowAway } from "./throw-away.ts";

/** The one stream of a backup. */
export const streamName = "redis";

export interface RedisBackupSettings {
  id: string;
  prefix: string;
  database: string;
  writer: ObjectStore;
  reader: ObjectStore;
  /** Directory for one copy of the data. */
  scratch: string;
  open: () => Promise<RedisConnection>;
  key?: ChunkKey;
}

/**
 * Takes a consistent copy, stores it, fetches it back as the reader, and loads what came back into a server of its own. Only then the
 * manifest is written, and only with it the backup counts.
 *
 * The copy goes to a file first: a store that is slow would otherwise keep the server's fork alive, and with it every page that is
 * written meanwhile twice in its memory.
 */
export async function backupRedis(settings: RedisBackupSettings): Promise<Manifest> {
  const { id, prefix, database, writer, reader, scratch, key } = settings;
  const startedAt = new Date().toISOString();
  const file = join(scratch, "copy.rdb");
  try {
    const connection = await settings.open();
    try {
      await toFile(snapshot(connection), file);
    } finally {
      connection.close();
    }
    const { createdAt, serverVersion } = rdbFacts(await headOf(file));
    report(`copied ${database} as it was at ${new Date(createdAt * 1000).toISOString()}; storing it as ${id}`);

    const place = { folder: streamFolder(prefix, database, id, streamName), id, stream: streamName, key };
    const written = await writeStream(createReadStream(file, { highWaterMark: 2 ** 18 }), place, { writer });
    const storedBytes = written.chunks.reduce((sum, { bytes }) => sum + bytes, 0);
    // What is loaded below must have come from the store.
    await rm(file);
    await toFile(readStream(reader, place, written.chunks), file);
    report(`stored ${storedBytes} bytes and read them back; loading them`);
    const keys = await keysIn(file);

    const verifiedAt = new Date().toISOString();
    const manifest: Manifest = {
      format: 2,
      kind: "redis",
      id,
      database,
      systemIdentifier: "",
      serverVersion,
      startedAt,
      snapshotAt: new Date(createdAt * 1000).toISOString(),
      finishedAt: verifiedAt,
      verifiedAt,
      bytes: written.bytes,
      storedBytes,
      ...(key && { encryption: { algorithm, keyId: key.keyId } }),
      streams: [{ name: streamName, role: "redis", bytes: written.bytes, chunks: written.chunks }],
      tables: Object.entries(keys).map(([name, rows]) => ({ schema: name, name: "keys", rows })),
    };
    await writer.put(manifestKey(prefix, database, id), serializeManifest(manifest), { onlyIfAbsent: true });
    return manifest;
  } finally {
    await rm(file, { force: true });
  }
}

/** Loads an RDB, and counts its keys that have not run out by now. */
async function keysIn(file: string): Promise<Record<string, number>> {
  const server = await loadThrowAway(file);
  try {
    return keysByDatabase(await server.connection.command("INFO", "keyspace"));
  } finally {
    await server.stop();
  }
}
