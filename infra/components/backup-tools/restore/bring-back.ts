import type { Manifest, ManifestTable } from "../format/manifest.ts";
import { report } from "../report.ts";
import { createLike, dropDatabase, RestoreState, writeRecord } from "./databases.ts";
import { type DumpSource, storedDump } from "./dump-source.ts";
import { refusals } from "./refusals.ts";
import { type RestorePhases, restoreDump } from "./restore-dump.ts";
import { rowProblems } from "./row-counts.ts";
import { type Task, versions } from "./task.ts";
import { unfinished } from "./unfinished.ts";

/** Data of one moment, and where they are restored from. */
export interface RestoreSource {
  /** Name of the backup that they come from. */
  backup: string;
  /** The moment. */
  snapshotAt: string;
  dump: DumpSource;
  /** Rows that must be there afterwards. */
  tables: readonly ManifestTable[];
  /** Ends what it holds open. */
  close?(): Promise<void>;
}

/** A dump as its backup was stored; refused when it can't be restored on this server. */
export async function storedSource(task: Task, manifest: Manifest): Promise<RestoreSource> {
  const { catalogue, key, server } = task;
  const problems = refusals(manifest, { ...(await versions(server)), key });
  if (problems.length > 0) throw new Error(`nothing was changed: ${problems.join("; ")}`);
  const { id: backup, snapshotAt, tables } = manifest;
  return { backup, snapshotAt, dump: storedDump({ ...catalogue, manifest, key }), tables };
}

/** Makes a database of that name. It counts only when its rows are as many as the source has; anything less is taken away. */
export async function bringBack(task: Task, source: RestoreSource, name: string): Promise<RestorePhases> {
  const { database, parallel, scratch, server } = task;
  const { backup, dump, snapshotAt } = source;
  const record = { database, backup, snapshotAt };
  report(`restoring ${dump.name}, with the data of ${snapshotAt}, into database ${name}`);
  let made: Promise<unknown> = Promise.resolve();
  return unfinished(
    async () => {
      const making = createLike(server, name, database, { ...record, state: RestoreState.restoring, at: new Date().toISOString() });
      made = making;
      const { phases, rows } = await restoreDump({ source: dump, server, database: name, owner: await making, scratch, parallel });
      const counted = source.tables.filter(({ estimate }) => !estimate);
      const problems = rowProblems(rows, counted);
      if (problems.length > 0) throw new Error(`${dump.name} came back with other rows than it was taken with: ${problems.join("; ")}`);
      await writeRecord(server, name, { ...record, state: RestoreState.restored, at: new Date().toISOString() });
      report(`rows of ${counted.length} tables are as many as in the source`);
      return phases;
    },
    async () => {
      // While the server makes it, it can't be dropped, and would be there afterwards.
      await made.catch(() => undefined);
      await dropDatabase(server, name);
    },
  );
}
