import { createHash } from "node:crypto";
import { DrilledBackup, type Evidence, signEvidence, signingKey } from "../../infra/components/backup-tools/drill/evidence.ts";
import { chunkName, drillKey, manifestKey, newId, streamFolder, walKey } from "../../infra/components/backup-tools/format/keys.ts";
import { type Manifest, serializeManifest } from "../../infra/components/backup-tools/format/manifest.ts";

const database = "links";
const chunk = Buffer.from("a chunk");
const sha256 = createHash("sha256").update(chunk).digest("hex");
const chunksOfABackup = 25;

/**
 * A bucket of so many objects, as a service with backups every day, drills and an archived log has them: a tenth of them backups'
 * manifests and evidence of drills, which are read, six tenths chunks, the rest pieces of the log.
 */
export function* bucketContent(prefix: string, objects: number, seed: string): Generator<[key: string, body: Buffer]> {
  const backups = Math.floor((objects * 0.6) / chunksOfABackup);
  const drills = Math.floor(objects * 0.08);
  for (let n = 0; n < backups; n += 1) yield* backup(prefix, daysAgo(backups - n));
  const key = signingKey(seed);
  for (let n = 0; n < drills; n += 1) {
    const one = evidence(daysAgo(Math.floor((drills - n) / 2)), n % 2 === 0 ? DrilledBackup.newest : DrilledBackup.older);
    yield [drillKey(prefix, database, one.id), Buffer.from(`${JSON.stringify(signEvidence(one, key))}\n`)];
  }
  const left = objects - backups * (chunksOfABackup + 1) - drills;
  for (let n = 0; n < left; n += 1) yield [walKey(prefix, database, n.toString(16).padStart(24, "0")), chunk];
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

function* backup(prefix: string, at: Date): Generator<[key: string, body: Buffer]> {
  const id = newId(at);
  const time = at.toISOString();
  const bytes = chunksOfABackup * chunk.length;
  const manifest: Manifest = {
    format: 2,
    kind: "dump",
    id,
    database,
    systemIdentifier: "7400000000000000001",
    serverVersion: 180004,
    startedAt: time,
    snapshotAt: time,
    finishedAt: time,
    verifiedAt: time,
    bytes,
    storedBytes: bytes,
    streams: [{ name: "data-rest", role: "data", bytes, chunks: Array.from({ length: chunksOfABackup }, () => ({ bytes: chunk.length, sha256 })) }],
    tables: tables.map((name) => ({ schema: "public", name, rows: 1000 })),
  };
  for (let n = 0; n < chunksOfABackup; n += 1) yield [streamFolder(prefix, database, id, "data-rest") + chunkName(n), chunk];
  yield [manifestKey(prefix, database, id), serializeManifest(manifest)];
}

const tables = Array.from({ length: 30 }, (_, n) => `table_${n}`);

function evidence(at: Date, drilled: DrilledBackup): Evidence {
  const run = newId(at);
  const time = at.toISOString();
  return {
    format: 1,
    id: `${run}-${drilled}`,
    run,
    drilled,
    backup: newId(at),
    kind: "dump",
    database,
    startedAt: time,
    finishedAt: time,
    good: true,
    checks: { restore: true, amcheck: true, rows: true, schema: true, clock: true },
    problems: [],
    seconds: { fetch: 1.2, restore: 34.5, verify: 12.3 },
    recoveryPointSeconds: 3600,
    tables: tables.map((name) => ({ table: `public.${name}`, expected: 1000, restored: 1000 })),
    serverVersion: "180004",
  };
}
