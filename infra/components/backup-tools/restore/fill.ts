import { report } from "../report.ts";
import { bringBack, type RestoreSource, storedSource } from "./bring-back.ts";
import { findBackup } from "./catalogue.ts";
import { databasesOf, dropDatabase, RestoreState, switchDatabases } from "./databases.ts";
import { tablesOf } from "./row-counts.ts";
import type { Task } from "./task.ts";
import { type WantedBackup, wantedBackup, wantedProblem } from "./wanted-backup.ts";

/** Finds what is wanted; called only when there is something to fill. */
type OpenSource = (wanted: WantedBackup) => Promise<RestoreSource>;

/**
 * Brings a backup into the database of a new service, which is empty. One that holds tables is left alone. The backup is restored
 * beside it and takes its place only when it is whole, so a run that is killed leaves the database as empty as it was.
 */
export async function fill(task: Task, wanted: string, open: OpenSource = storedBackup(task)): Promise<string> {
  const { database, server } = task;
  const beside = `${database}_restoring`;
  const aside = `${database}_empty`;
  const { record } = (await databasesOf(server, database)).find(({ name }) => name === database) ?? {};
  const tables = await tablesOf(server, database);
  if (tables.length > 0) {
    await dropEmpty(task, aside);
    const origin =
      record?.state === RestoreState.restored ? `it was restored from backup ${record.backup} at ${record.at}` : "restore beside it with npm run restore";
    return `database ${database} holds ${tables.length} tables and is left alone: ${origin}`;
  }
  const problem = wantedProblem(wanted);
  if (problem) throw new Error(problem);
  const source = await open(wantedBackup(wanted)!);
  try {
    const phases = await bringBack(task, source, beside);
    await dropEmpty(task, aside);
    await switchDatabases(server, database, aside, beside);
    await dropEmpty(task, aside);
    const seconds = Object.entries(phases).map(([phase, took]) => `${phase} ${took.toFixed(1)} s`);
    return `database ${database} was restored from ${source.dump.name}, with the data of ${source.snapshotAt}: ${seconds.join(", ")}`;
  } finally {
    await source.close?.();
  }
}

const storedBackup = (task: Task) => async (wanted: WantedBackup) => storedSource(task, await findBackup(task.catalogue, wanted));

/** The one that was put aside goes, unless somebody has written into it in the last moment. */
async function dropEmpty({ database, server }: Task, aside: string): Promise<void> {
  const found = (await databasesOf(server, database)).some(({ name }) => name === aside);
  if (!found) return;
  if ((await tablesOf(server, aside)).length === 0) await dropDatabase(server, aside);
  else report(`database ${aside} is no longer empty and stays; look into it before you drop it`);
}
