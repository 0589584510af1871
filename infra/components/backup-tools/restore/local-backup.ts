import { createHash } from "node:crypto";
import type { ChunkKey } from "../format/encryption.ts";
import { manifestKey, streamFolder } from "../format/keys.ts";
import { type Manifest, type ManifestStream, serializeManifest } from "../format/manifest.ts";
import { writeStream } from "../format/streams.ts";
import type { ObjectStore, StoredObject } from "../store/object-store.ts";
import { StoreError } from "../store/store-error.ts";
import { start } from "../subprocess.ts";
import { countRows } from "./row-counts.ts";
import { askSql, type Server } from "./sql.ts";

/** A store in memory, for tests. */
export class LocalStore implements ObjectStore {
  readonly content = new Map<string, Buffer>();

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    const keys = [...this.content.keys()].filter((key) => key.startsWith(prefix)).sort();
    for (const key of keys) yield { key, bytes: this.content.get(key)!.length, modified: new Date() };
  }

  async get(key: string): Promise<Buffer> {
    const body = this.content.get(key);
    if (!body) throw new StoreError({ verb: "get", key, bucket: "b", endpoint: "memory" }, "NoSuchKey", 404, "");
    return Buffer.from(body);
  }

  async digest(key: string): Promise<{ bytes: number; sha256: string }> {
    const body = await this.get(key);
    return { bytes: body.length, sha256: createHash("sha256").update(body).digest("hex") };
  }

  async put(key: string, body: Uint8Array): Promise<void> {
    this.content.set(key, Buffer.from(body));
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.content.delete(key);
  }
}

/** Of an empty dump of the moment that its name says, with what a test wants to be different. */
export function manifestOf(id: string, change: Partial<Manifest> = {}): Manifest {
  const at = `${id.slice(0, 10)}T${id.slice(11, 19).replaceAll("-", ":")}Z`;
  return {
    format: 2,
    kind: "dump",
    id,
    database: "links",
    systemIdentifier: "7",
    serverVersion: 180_004,
    startedAt: at,
    snapshotAt: at,
    finishedAt: at,
    verifiedAt: at,
    bytes: 0,
    storedBytes: 0,
    streams: [],
    tables: [],
    ...change,
  };
}

/** Takes a backup as the backup's program does, with what a test wants to be different; one data stream a table given, and the rest. */
export async function takeBackup(
  store: LocalStore,
  server: Server,
  id: string,
  change: Partial<Manifest> = {},
  tables: string[] = [],
  key?: ChunkKey,
): Promise<Manifest> {
  const streams: ManifestStream[] = [];
  const dump = async (name: string, role: "schema" | "data", args: string[], held?: string[]) => {
    const program = start("pg_dump", ["--format=custom", ...args], { ...server, PGDATABASE: "links" });
    const written = await writeStream(program.stdout, { folder: streamFolder("backups", "links", id, name), id, stream: name, key }, { writer: store });
    await program.ended;
    streams.push({ name, role, ...(held && { tables: held }), ...written });
  };
  await dump("schema", "schema", ["--schema-only"]);
  for (const [index, table] of tables.entries()) await dump(`data-${index}`, "data", ["--data-only", `--table=${table}`], [table]);
  await dump("data-rest", "data", ["--data-only", ...tables.map((table) => `--exclude-table-data=${table}`)]);
  const now = new Date().toISOString();
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const manifest = manifestOf(id, {
    serverVersion: (await askSql<number>(server, "links", "SELECT current_setting('server_version_num')::int;"))!,
    startedAt: now,
    finishedAt: now,
    verifiedAt: now,
    bytes: sum(streams.map(({ bytes }) => bytes)),
    storedBytes: sum(streams.flatMap(({ chunks }) => chunks.map(({ bytes }) => bytes))),
    ...(key && { encryption: { algorithm: "AES-256-GCM" as const, keyId: key.keyId } }),
    streams,
    tables: await countRows(server, "links"),
    ...change,
  });
  await store.put(manifestKey("backups", "links", id), serializeManifest(manifest));
  return manifest;
}
