import { majorOf } from "../format/manifest.ts";
import { recoverAsPlanned } from "../recover/recover.ts";
import { report } from "../report.ts";
import { type RestoreSource, storedSource } from "../restore/bring-back.ts";
import { countRows } from "../restore/row-counts.ts";
import { type Task, versions } from "../restore/task.ts";
import type { WantedBackup } from "../restore/wanted-backup.ts";
import { originOf } from "./origin.ts";
import { serverDump } from "./server-dump.ts";

/** Finds what comes nearest to the wanted moment, and opens it: a dump as it is stored, or a server that has replayed the log up to it. */
export async function nearestSource(task: Task, wanted: WantedBackup, directory: string): Promise<RestoreSource> {
  const { catalogue, database, key, scratch } = task;
  const { clientVersion } = await versions(task.server);
  const origin = await originOf(catalogue, wanted, majorOf(clientVersion));
  if ("dump" in origin) {
    if (origin.because) report(`${origin.because}: restoring the newest dump`);
    return storedSource(task, origin.dump);
  }
  const { base, client, reachedAt, stop } = await recoverAsPlanned({ ...catalogue, directory, scratch, key }, origin.log);
  return {
    backup: base.id,
    snapshotAt: reachedAt ?? base.snapshotAt,
    dump: await serverDump(client, database, `base backup ${base.id} and the log after it`),
    tables: await countRows(client, database),
    close: stop,
  };
}
