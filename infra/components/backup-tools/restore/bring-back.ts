import type { Manifest } from "../format/manifest.ts";
import { report } from "../report.ts";
import { createLike, dropDatabase, maintenance, RestoreState, writeRecord } from "./databases.ts";
import { refusals } from "./refusals.ts";
import { type RestorePhases, restoreDump } from "./restore-dump.ts";
import { countRows, rowProblems } from "./row-counts.ts";
import { askSql, literal } from "./sql.ts";
import { type Task, versions } from "./task.ts";
import { unfinished } from "./unfinished.ts";

/** Refuses a backup that can't be restored on this server. Nothing has been changed by then. */
export async function refuseMisfit(task: Task, manifest: Manifest): Promise<void> {
  const problems = refusals(manifest, { ...(await versions(task.server)), key: task.key });
  if (problems.length > 0) throw new Error(`nothing was changed: ${problems.join("; ")}`);
}

/** Makes a database of that name from a backup. It counts only when its rows are as many as the backup has; anything less is taken away. */
export async function bringBack(task: Task, manifest: Manifest, name: string): Promise<RestorePhases> {
  const { catalogue, database, key, parallel, scratch, server } = task;
  const record = { database, backup: manifest.id, snapshotAt: manifest.snapshotAt };
  report(`restoring backup ${manifest.id}, with the data of ${manifest.snapshotAt}, into database ${name}`);
  await dropDatabase(server, name);
  let made: Promise<void> = Promise.resolve();
  return unfinished(
    async () => {
      made = createLike(server, name, database, { ...record, state: RestoreState.restoring, at: new Date().toISOString() });
      await made;
      const owner = await askSql<string>(server, maintenance, `SELECT to_json(pg_get_userbyid(datdba)) FROM pg_database WHERE datname = ${literal(name)};`);
      const phases = await restoreDump({ store: catalogue.store, prefix: catalogue.prefix, manifest, server, database: name, owner, scratch, parallel, key });
      const counted = manifest.tables.filter(({ estimate }) => !estimate);
      const problems = rowProblems(await countRows(server, name), counted);
      if (problems.length > 0) throw new Error(`backup ${manifest.id} came back with other rows than it was taken with: ${problems.join("; ")}`);
      await writeRecord(server, name, { ...record, state: RestoreState.restored, at: new Date().toISOString() });
      report(`rows of ${counted.length} tables are as many as in the backup`);
      return phases;
    },
    async () => {
      // While the server makes it, it can't be dropped, and would be there afterwards.
      await made.catch(() => undefined);
      await dropDatabase(server, name);
    },
  );
}
