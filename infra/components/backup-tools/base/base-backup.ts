import { setTimeout as sleep } from "node:timers/promises";
import { constants, createZstdCompress } from "node:zlib";
import { algorithm, type ChunkKey } from "../format/encryption.ts";
import { manifestKey, newId, streamFolder } from "../format/keys.ts";
import { type Manifest, type ManifestStream, type ManifestTable, serializeManifest } from "../format/manifest.ts";
import { readStream, writeStream } from "../format/streams.ts";
import { archivedSegments, endOfChain, segmentsOfBase } from "../recover/archive-listing.ts";
import { report } from "../report.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { type Subprocess, start } from "../subprocess.ts";
import type { ArchivedServer } from "../wal/server.ts";
import { copiedFiles, type LogRange } from "./copied-files.ts";

export interface BaseBackupSettings {
  database: string;
  prefix: string;
  writer: ObjectStore;
  reader: ObjectStore;
  key?: ChunkKey;
  schemaVersionQuery: string;
  /** Longest wait, in seconds, until the log written meanwhile is in the archive. */
  archiveSeconds: number;
}

interface Facts {
  serverVersion: number;
  systemIdentifier: string;
  schemaVersion: string | null;
  tables: ManifestTable[];
}

const factsQuery = (schemaVersionQuery: string) => `SELECT json_build_object(
  'serverVersion', current_setting('server_version_num')::int,
  'systemIdentifier', (SELECT system_identifier::text FROM pg_control_system()),
  'schemaVersion', (${schemaVersionQuery})::text,
  'tables', (SELECT coalesce(json_agg(json_build_object('schema', schemaname, 'name', relname, 'rows', n_live_tup, 'estimate', true)
    ORDER BY schemaname, relname), '[]') FROM pg_stat_user_tables))`;
const clockQuery = `SELECT to_json(to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;

/** A copy of the server's files, from which its log is replayed. Whatever ends it early, `stop` leaves no process behind. */
export class BaseBackup {
  readonly id = newId();
  readonly #server: ArchivedServer;
  readonly #settings: BaseBackupSettings;
  #copying: Subprocess | undefined;

  constructor(server: ArchivedServer, settings: BaseBackupSettings) {
    this.#server = server;
    this.#settings = settings;
  }

  /** Takes, stores, verifies and records it; fails with the reason, and then no manifest was stored. */
  async run(): Promise<Manifest> {
    const { database, key, schemaVersionQuery } = this.#settings;
    const startedAt = new Date().toISOString();
    const facts = await this.#server.ask<Facts>(factsQuery(schemaVersionQuery));
    report(`base backup ${this.id} of the server of database ${database}, version ${facts.serverVersion}`);
    const stream = await this.#copy();
    // Only from here on is it consistent, so no moment before can be reached from it.
    const snapshotAt = await this.#server.ask<string>(clockQuery);
    const range = await copiedFiles(readStream(this.#settings.reader, this.#place, stream.chunks), this.#server.environment());
    await this.#logArchived(facts.systemIdentifier, range);
    const now = new Date().toISOString();
    const manifest: Manifest = {
      ...{ format: 2, kind: "base", id: this.id, database, systemIdentifier: facts.systemIdentifier, serverVersion: facts.serverVersion },
      ...{ startedAt, snapshotAt, finishedAt: now, verifiedAt: now },
      ...(facts.schemaVersion !== null && { schemaVersion: facts.schemaVersion }),
      bytes: stream.bytes,
      storedBytes: stream.chunks.reduce((sum, { bytes }) => sum + bytes, 0),
      ...(key && { encryption: { algorithm, keyId: key.keyId } }),
      streams: [stream],
      tables: facts.tables,
      ...range,
    };
    await this.#record(manifest);
    return manifest;
  }

  stop(): void {
    this.#copying?.child.kill("SIGKILL");
  }

  async #copy(): Promise<ManifestStream> {
    const { writer, reader } = this.#settings;
    const began = performance.now();
    const copying = start("pg_basebackup", copyOptions, { ...this.#server.environment(), PGAPPNAME: "pg_basebackup" });
    this.#copying = copying;
    try {
      const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } });
      copying.stdout.on("error", (error) => compress.destroy(error)).pipe(compress);
      const written = await writeStream(compress, this.#place, { writer, reader });
      await copying.ended;
      const stored = written.chunks.length;
      report(`copied in ${((performance.now() - began) / 1000).toFixed(1)} s: ${written.bytes} bytes compressed, ${stored} chunks, stored and read back`);
      return { name: "base", role: "base", ...written };
    } finally {
      copying.child.kill("SIGKILL");
    }
  }

  /** Until the log that was written meanwhile is in the bucket, the copy is torn and no backup. */
  async #logArchived(systemIdentifier: string, range: LogRange): Promise<void> {
    const { archiveSeconds, prefix, database, reader } = this.#settings;
    const { first, last } = segmentsOfBase(range);
    const end = Date.now() + archiveSeconds * 1000;
    for (;;) {
      const reached = endOfChain(await archivedSegments({ store: reader, prefix, database }, systemIdentifier), first);
      if (reached >= last) return;
      if (Date.now() > end) {
        throw new Error(
          `of the log written meanwhile, ${range.startLsn} to ${range.endLsn}, ${last - reached} segments did not reach the archive within ${archiveSeconds} s; look at the log of the archive's pod`,
        );
      }
      await sleep(2000);
    }
  }

  async #record(manifest: Manifest): Promise<void> {
    const { database, prefix, reader, writer } = this.#settings;
    const key = manifestKey(prefix, database, this.id);
    const content = serializeManifest(manifest);
    await writer.put(key, content, { onlyIfAbsent: true });
    if (!(await reader.get(key)).equals(content)) throw new Error(`${key} was stored with other content; the base backup does not count`);
  }

  get #place() {
    const { database, prefix, key } = this.#settings;
    return { folder: streamFolder(prefix, database, this.id, "base"), id: this.id, stream: "base", key };
  }
}

// The log is the archive's matter. SHA-256 instead of CRC-32C in the list of files: what is restored is checked by it.
const copyOptions = [
  ...["--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast", "--manifest-checksums=SHA256"],
  ...["--label=slipway", "--no-password"],
];
