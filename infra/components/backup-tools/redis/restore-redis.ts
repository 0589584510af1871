import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ChunkKey } from "../format/encryption.ts";
import { streamFolder } from "../format/keys.ts";
import type { Manifest } from "../format/manifest.ts";
import { readStream } from "../format/streams.ts";
import type { ObjectStore } from "../store/object-store.ts";
import type { RedisConnection } from "./connection.ts";
import { toFile } from "./copy.ts";
import { type Filled, fillRedis, keyCount, marker } from "./fill-redis.ts";
import { loadThrowAway } from "./throw-away.ts";

export interface RedisRestoreSettings {
  store: ObjectStore;
  prefix: string;
  /** Directory for one copy of the data. */
  scratch: string;
  target: RedisConnection;
  key?: ChunkKey;
  /** Brings what is missing to a server that holds keys; those that are there stay as they are. Defaults to false: such a server is left alone. */
  merge?: boolean;
}

/** What came of it: how many keys, or how many were there already, for which the server was left alone. */
export interface RedisRestored extends Partial<Filled> {
  leftAlone?: number;
}

/** Whether a target may be filled: empty, or left half filled by a run of the same backup. */
async function heldBy(target: RedisConnection, id: string): Promise<number> {
  const begun = await target.command("GET", marker);
  if (begun !== null && String(begun) !== id) {
    throw new Error(`a restore of ${begun} was cut off here; finish it by naming that backup, or empty the server before you restore ${id}`);
  }
  return begun === null ? keyCount(target) : 0;
}

/** Brings a backup's data into an empty server. One that holds keys is left as it is; a run that was cut off is gone on with. */
export async function restoreRedis(manifest: Manifest, settings: RedisRestoreSettings): Promise<RedisRestored> {
  const { store, prefix, scratch, target, merge } = settings;
  const { id, database } = manifest;
  const held = merge ? 0 : await heldBy(target, id);
  if (held > 0) return { leftAlone: held };

  const stream = manifest.streams.find(({ role }) => role === "redis");
  if (manifest.kind !== "redis" || !stream) throw new Error(`${id} is a backup of kind ${manifest.kind}, not of a Redis; it is restored by its own program`);
  const key = keyFor(manifest, settings.key);
  const file = join(scratch, "restored.rdb");
  try {
    await toFile(readStream(store, { folder: streamFolder(prefix, database, id, stream.name), id, stream: stream.name, key }, stream.chunks), file);
    const server = await loadThrowAway(file);
    try {
      await target.command("SET", marker, id);
      const filled = await fillRedis(server.connection, target);
      await target.command("DEL", marker);
      return { ...filled, expired: filled.expired + server.expired };
    } finally {
      await server.stop();
    }
  } finally {
    await rm(file, { force: true });
  }
}

function keyFor({ id, encryption }: Manifest, key: ChunkKey | undefined): ChunkKey | undefined {
  if (!encryption) return undefined;
  if (!key) throw new Error(`${id} is encrypted with key ${encryption.keyId}, and no key was given; give the stack's encryption key`);
  if (key.keyId !== encryption.keyId)
    throw new Error(`${id} is encrypted with key ${encryption.keyId}, and the key given is ${key.keyId}; give the key of that time`);
  return key;
}
