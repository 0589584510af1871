import { algorithm, type ChunkKey, readChunkKey } from "../format/encryption.ts";
import { manifestKey, newId, streamFolder } from "../format/keys.ts";
import { type Manifest, type ManifestStream, StreamRole, serializeManifest } from "../format/manifest.ts";
import { readStream, writeStream } from "../format/streams.ts";
import { report } from "../report.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { output, type Subprocess, start, wholeOutput } from "../subprocess.ts";
import { countRows, takeSnapshot } from "./facts.ts";
import { inParallel } from "./in-parallel.ts";
import { dumpOptions, type PlannedStream, planStreams } from "./plan.ts";
import { openSession, refusedPassword, type Session, waitForPassword } from "./snapshot.ts";

export interface DumpSettings {
  database: string;
  prefix: string;
  writer: ObjectStore;
  reader: ObjectStore;
  /** Environment of Postgres' programs; asked before each, so that it has the password of now. */
  environment: () => NodeJS.ProcessEnv;
  /** Streams dumped at a time. */
  parallel: number;
  /** SQL for the schema's version. */
  schemaVersionQuery: string;
  /** File of the key that chunks are encrypted with. Left out, they are not. */
  encryptionKeyFile?: string;
}

/** A dump under way. Whatever ends it early, `stop` leaves no process behind. */
export class Dump {
  #id = newId();
  /** How far the server's clock is ahead of this node's, in milliseconds. */
  #clockOffset = 0;
  readonly #settings: DumpSettings;
  readonly #running = new Set<Subprocess>();
  #session: Session | undefined;

  constructor(settings: DumpSettings) {
    this.#settings = settings;
  }

  get id(): string {
    return this.#id;
  }

  /** By the database's clock. A node's may be wrong by an hour, and then the newest name would not be that of the newest data. */
  now(): Date {
    return new Date(Date.now() + this.#clockOffset);
  }

  /** Takes, stores, verifies and records a backup; returns its manifest. Fails with the reason, and then no manifest was stored. */
  async run(): Promise<Manifest> {
    const { database, environment, encryptionKeyFile, parallel, schemaVersionQuery } = this.#settings;
    const began = Date.now();
    const key = encryptionKeyFile ? await readChunkKey(encryptionKeyFile) : undefined;
    const [session, compress] = await Promise.all([openSession(environment), compression(environment())]);
    this.#session = session;
    const connected = Date.now();
    const { facts, tables } = await takeSnapshot(session, schemaVersionQuery);
    this.#clockOffset = Date.parse(facts.snapshotAt) - connected;
    this.#id = newId(new Date(facts.snapshotAt));
    const planned = planStreams(tables);
    report(
      `backup ${this.id} of database ${database}: ${facts.databaseBytes} bytes on its disk, ${tables.length} tables, ${planned.length} streams, ${parallel} at a time`,
    );

    const options = [`--snapshot=${facts.snapshot}`, compress];
    const [counted, streams] = await Promise.all([
      countRows(session, tables),
      inParallel(planned, parallel, async (stream) => {
        const dumped = await this.#dumpStream(stream, options, key);
        if (stream.role === StreamRole.schema) await this.#checkSchema(dumped, key);
        return dumped;
      }),
    ]);
    await session.close();
    const now = this.now().toISOString();
    const manifest: Manifest = {
      format: 2,
      kind: "dump",
      id: this.id,
      database,
      systemIdentifier: facts.systemIdentifier,
      serverVersion: facts.serverVersion,
      startedAt: new Date(began + this.#clockOffset).toISOString(),
      snapshotAt: facts.snapshotAt,
      finishedAt: now,
      verifiedAt: now,
      ...(facts.schemaVersion !== null && { schemaVersion: facts.schemaVersion }),
      bytes: sum(streams.map(({ bytes }) => bytes)),
      storedBytes: sum(streams.flatMap(({ chunks }) => chunks.map(({ bytes }) => bytes))),
      ...(key && { encryption: { algorithm, keyId: key.keyId } }),
      streams,
      tables: counted,
    };
    await this.#record(manifest);
    return manifest;
  }

  /** Ends every process of the dump. */
  stop(): void {
    for (const { child } of this.#running) child.kill("SIGKILL");
    this.#session?.kill();
  }

  /** A password that is changed in the middle of a backup costs no more than the wait for its file. */
  async #dumpStream(stream: PlannedStream, more: string[], key: ChunkKey | undefined): Promise<ManifestStream> {
    for (let tries = 3; ; tries -= 1) {
      try {
        return await this.#dumpOnce(stream, more, key);
      } catch (error) {
        if (tries === 1 || !refusedPassword(error)) throw error;
        await waitForPassword(this.#settings.environment);
      }
    }
  }

  async #dumpOnce({ name, role, tables, options }: PlannedStream, more: string[], key: ChunkKey | undefined): Promise<ManifestStream> {
    const { environment, writer, reader } = this.#settings;
    const began = performance.now();
    const dump = start("pg_dump", [...dumpOptions, ...more, ...options], environment());
    this.#running.add(dump);
    try {
      const written = await writeStream(wholeOutput(dump), this.#placeOf(name, key), { writer, reader });
      report(`stream ${name}: ${written.bytes} bytes in ${written.chunks.length} chunks, stored and read back in ${seconds(began)} s`);
      return { name, role, ...(tables && { tables }), ...written };
    } finally {
      dump.child.kill("SIGKILL");
      this.#running.delete(dump);
    }
  }

  /** pg_restore must understand what the reader gets from the store. */
  async #checkSchema({ name, chunks }: ManifestStream, key: ChunkKey | undefined): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of readStream(this.#settings.reader, this.#placeOf(name, key), chunks)) parts.push(part);
    const list = await output("pg_restore", ["--list"], this.#settings.environment(), Buffer.concat(parts));
    if (!list.includes("Archive created at")) throw new Error("pg_restore lists nothing of the schema that was stored: it is not a backup");
  }

  async #record(manifest: Manifest): Promise<void> {
    const { database, prefix, reader, writer } = this.#settings;
    const key = manifestKey(prefix, database, this.id);
    const content = serializeManifest(manifest);
    await writer.put(key, content, { onlyIfAbsent: true });
    const found = await reader.get(key);
    if (!found.equals(content)) throw new Error(`${key} was stored with other content; the backup does not count`);
  }

  #placeOf(stream: string, key: ChunkKey | undefined) {
    const { database, prefix } = this.#settings;
    return { folder: streamFolder(prefix, database, this.id, stream), id: this.id, stream, key };
  }
}

/** Zstandard takes a quarter of gzip's time for the same size; pg_dump has it since 16. */
export async function compression(environment: NodeJS.ProcessEnv): Promise<string> {
  const version = /\s(\d+)/.exec(await output("pg_dump", ["--version"], environment))?.[1];
  return Number(version) >= 16 ? "--compress=zstd:3" : "--compress=1";
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
const seconds = (began: number) => ((performance.now() - began) / 1000).toFixed(1);
