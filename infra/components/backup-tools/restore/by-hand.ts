import { bringBack, storedSource } from "./bring-back.ts";
import { findBackup, listBackups } from "./catalogue.ts";
import { databasesOf, dropDatabase, type FoundDatabase, RestoreState, switchDatabases } from "./databases.ts";
import type { RestorePhases } from "./restore-dump.ts";
import { countRows, type TableRows } from "./row-counts.ts";
import { runSql } from "./sql.ts";
import type { Task } from "./task.ts";
import { wantedBackup, wantedProblem } from "./wanted-backup.ts";

/** A backup as a list shows it: without the chunks, of which there may be thousands. Of one that can't be read there is the reason alone. */
export interface ShownBackup {
  name: string;
  problem?: string;
  snapshotAt?: string;
  bytes?: number;
  storedBytes?: number;
  rows?: number;
  schemaVersion?: string;
  serverVersion?: number;
  encrypted?: boolean;
}

/** What a person sees first. */
export interface Overview {
  database: string;
  backups: ShownBackup[];
  databases: FoundDatabase[];
}

/** The newest backups, and the databases that restores have to do with. */
export async function overview({ catalogue, database, server }: Task, most = 30): Promise<Overview> {
  const backups = (await listBackups(catalogue, most)).map(({ name, manifest, problem }): ShownBackup => {
    if (!manifest) return { name, problem };
    const { bytes, encryption, schemaVersion, serverVersion, snapshotAt, storedBytes, tables } = manifest;
    return {
      name,
      bytes,
      encrypted: encryption !== undefined,
      rows: tables.reduce((sum, table) => sum + table.rows, 0),
      schemaVersion,
      serverVersion,
      snapshotAt,
      storedBytes,
    };
  });
  return { database, backups, databases: await databasesOf(server, database) };
}

export interface RestoredBeside {
  name: string;
  backup: string;
  snapshotAt: string;
  /** Left out when it was there already. */
  phases?: RestorePhases;
}

/** Restores a backup into a database of its own beside the one in use. One that is there whole already is not restored again. */
export async function beside(task: Task, wanted: string): Promise<RestoredBeside> {
  const problem = wantedProblem(wanted);
  if (problem) throw new Error(problem);
  const manifest = await findBackup(task.catalogue, wantedBackup(wanted)!);
  const name = withSuffix(task.database, `_restored_${compact(manifest.snapshotAt)}`);
  const restored = { name, backup: manifest.id, snapshotAt: manifest.snapshotAt };
  const there = (await databasesOf(task.server, task.database)).find((found) => found.name === name);
  if (there?.record?.state === RestoreState.restored && there.record.backup === manifest.id) return restored;
  return { ...restored, phases: await bringBack(task, await storedSource(task, manifest), name) };
}

/** Rows of a table here and there; left out where there is no such table. */
export interface ComparedTable {
  table: string;
  inUse?: number;
  restored?: number;
}

export interface Comparison {
  candidate: FoundDatabase;
  tables: ComparedTable[];
  schemaVersion: { inUse?: string; restored?: string };
}

/** Counts both databases, table by table. */
export async function compare(task: Task, candidate: string): Promise<Comparison> {
  const { database, schemaVersionQuery, server } = task;
  const found = await candidateOf(task, candidate);
  const [inUse, restored] = [byTable(await countRows(server, database)), byTable(await countRows(server, candidate))];
  const tables = [...new Set([...inUse.keys(), ...restored.keys()])].sort();
  // A database of another release may not know the query's table.
  const version = (name: string) => (schemaVersionQuery ? runSql(server, name, `${schemaVersionQuery};`).catch(() => undefined) : undefined);
  return {
    candidate: found,
    tables: tables.map((table) => ({ table, inUse: inUse.get(table), restored: restored.get(table) })),
    schemaVersion: { inUse: await version(database), restored: await version(candidate) },
  };
}

const byTable = (tables: readonly TableRows[]) => new Map(tables.map(({ schema, name, rows }) => [`${schema}.${name}`, rows]));

/** Puts the candidate in the place of the database in use, which is kept under the name that is returned. Also the way back. */
export async function switchTo(task: Task, candidate: string): Promise<string> {
  const { database, server } = task;
  await candidateOf(task, candidate);
  const kept = withSuffix(database, `_before_${compact(new Date().toISOString(), 18)}`);
  await switchDatabases(server, database, kept, candidate);
  return kept;
}

/** Drops a database that a restore has made or put aside; never the one in use, and none that no restore knows. */
export async function drop(task: Task, candidate: string): Promise<void> {
  const found = await known(task, candidate);
  await dropDatabase(task.server, found.name);
}

async function candidateOf(task: Task, candidate: string): Promise<FoundDatabase> {
  const found = await known(task, candidate);
  if (found.record?.state !== RestoreState.restoring) return found;
  throw new Error(`database ${candidate} is the rest of a restore that was cut off; restore backup ${found.record.backup} again`);
}

async function known({ database, server }: Task, candidate: string): Promise<FoundDatabase> {
  const others = (await databasesOf(server, database)).filter(({ name }) => name !== database);
  const found = others.find(({ name }) => name === candidate);
  if (found) return found;
  const there = others.length > 0 ? `there is ${others.map(({ name }) => name).join(", ")}` : "there is none; restore a backup first";
  throw new Error(`no restore has made a database ${candidate} for ${database}; ${there}`);
}

/** `20261121t031700` of a moment, as it may stand in a name. */
const compact = (moment: string, digits = 15) => new Date(moment).toISOString().replaceAll(/[-:.]/g, "").toLowerCase().slice(0, digits);

/** Postgres cuts names at 63 bytes, and with the end would go what tells two of them apart. */
const withSuffix = (database: string, suffix: string) => database.slice(0, 63 - suffix.length) + suffix;
