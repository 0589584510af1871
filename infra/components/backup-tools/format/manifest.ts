import type { Encryption } from "./encryption.ts";

/** One object of a stream: its length and SHA-256 (hex) as it is stored, encrypted or not. */
export interface Chunk {
  bytes: number;
  sha256: string;
}

export const BackupKind = { dump: "dump", base: "base", redis: "redis" } as const;
export type BackupKind = (typeof BackupKind)[keyof typeof BackupKind];

export const StreamRole = { schema: "schema", data: "data", base: "base", redis: "redis" } as const;
export type StreamRole = (typeof StreamRole)[keyof typeof StreamRole];

export interface ManifestStream {
  name: string;
  role: StreamRole;
  /** Tables whose rows it holds, as `schema.name`; left out where it holds whatever no other stream does. */
  tables?: string[];
  /** Bytes of the stream itself. */
  bytes: number;
  chunks: Chunk[];
}

export interface ManifestTable {
  schema: string;
  name: string;
  rows: number;
  /** True where the rows are the planner's estimate: the table was too large to count. */
  estimate?: boolean;
}

/** What a backup is. It is stored last: what has no manifest is the rest of a run that failed. */
export interface Manifest {
  format: 2;
  kind: BackupKind;
  id: string;
  database: string;
  /** Of the server, from pg_control; empty for Redis. Tells a database from another of the same name. */
  systemIdentifier: string;
  /** As Postgres numbers it: 180004 for 18.4. For Redis likewise: 80800 for 8.8.0. */
  serverVersion: number;
  /** When the run began, by the pod's clock. ISO 8601, as all times here. */
  startedAt: string;
  /** The moment whose data it holds, by the server's clock. */
  snapshotAt: string;
  finishedAt: string;
  /** When every chunk had been read back by the reader, by the pod's clock. */
  verifiedAt: string;
  schemaVersion?: string;
  /** Bytes of all streams. */
  bytes: number;
  /** Bytes of all chunks. */
  storedBytes: number;
  encryption?: Encryption;
  streams: ManifestStream[];
  tables: ManifestTable[];
  /** For a base backup. */
  timeline?: number;
  startLsn?: string;
  endLsn?: string;
}

export const majorOf = (serverVersion: number) => Math.floor(serverVersion / 10_000);

export function serializeManifest(manifest: Manifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest)}\n`);
}

/** Reads a manifest; every mistake at once, with its key. */
export function parseManifest(text: string, key: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${key} is no manifest: it is no JSON; it was cut off or changed`);
  }
  const problems = manifestProblems(value);
  if (problems.length > 0) throw new Error(`${key} is no manifest: ${problems.join("; ")}`);
  return value as Manifest;
}

/** What is wrong with a value that should be a manifest. */
export function manifestProblems(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return ["it is no object"];
  const manifest = value as Record<string, unknown>;
  if (manifest.format !== 2) return [`format ${JSON.stringify(manifest.format)} is not 2; a release of its time can read it`];
  const texts = ["id", "database", "systemIdentifier"].filter((name) => typeof manifest[name] !== "string");
  const times = ["startedAt", "snapshotAt", "finishedAt", "verifiedAt"].filter((name) => Number.isNaN(Date.parse(String(manifest[name]))));
  const numbers = ["serverVersion", "bytes", "storedBytes"].filter((name) => !isCount(manifest[name]));
  return [
    ...texts.map((name) => `${name} is no text`),
    ...times.map((name) => `${name} ${JSON.stringify(manifest[name])} is no time`),
    ...numbers.map((name) => `${name} ${JSON.stringify(manifest[name])} is no number`),
    ...(Object.hasOwn(BackupKind, String(manifest.kind)) ? [] : [`kind ${JSON.stringify(manifest.kind)} is unknown`]),
    ...listProblems("streams", manifest.streams, streamProblems),
    ...listProblems("tables", manifest.tables, tableProblems),
    ...sumProblems(manifest as unknown as Manifest),
  ];
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function listProblems(name: string, list: unknown, problemsOf: (entry: Record<string, unknown>) => string[]): string[] {
  if (!Array.isArray(list)) return [`${name} is no list`];
  return list.flatMap((entry, index) => (typeof entry === "object" && entry ? problemsOf(entry) : ["is no object"]).map((text) => `${name}[${index}] ${text}`));
}

function streamProblems({ name, role, bytes, chunks }: Record<string, unknown>): string[] {
  const whole = Array.isArray(chunks) && chunks.length > 0 && chunks.every((chunk) => isCount(chunk?.bytes) && /^[0-9a-f]{64}$/.test(String(chunk?.sha256)));
  return [
    // It becomes part of a key, so nothing may lead out of the backup's own folder.
    ...(/^[a-z0-9][a-z0-9-]*$/.test(String(name)) ? [] : [`has the name ${JSON.stringify(name)}`]),
    ...(Object.hasOwn(StreamRole, String(role)) ? [] : [`has the role ${JSON.stringify(role)}`]),
    ...(isCount(bytes) ? [] : ["has no bytes"]),
    ...(whole ? [] : ["has no list of chunks, each with bytes and sha256"]),
  ];
}

function tableProblems({ schema, name, rows }: Record<string, unknown>): string[] {
  return typeof schema === "string" && typeof name === "string" && isCount(rows) ? [] : ["has no schema, name and rows"];
}

function sumProblems({ streams, bytes, storedBytes }: Manifest): string[] {
  if (!Array.isArray(streams) || !streams.every((stream) => Array.isArray(stream?.chunks))) return [];
  const plain = streams.reduce((sum, stream) => sum + stream.bytes, 0);
  const stored = streams.flatMap((stream) => stream.chunks).reduce((sum, chunk) => sum + (chunk?.bytes ?? 0), 0);
  return [
    ...(plain === bytes ? [] : [`bytes ${bytes} is not the sum of its streams, ${plain}`]),
    ...(stored === storedBytes ? [] : [`storedBytes ${storedBytes} is not the sum of its chunks, ${stored}`]),
  ];
}
