import { type Manifest, majorOf } from "../format/manifest.ts";
import { archivedSegments } from "../recover/archive-listing.ts";
import { newestBase, planFrom, type RecoveryPlan } from "../recover/plan.ts";
import { type Catalogue, findBackup } from "../restore/catalogue.ts";
import { type WantedBackup, WantedKind } from "../restore/wanted-backup.ts";

/** From what the data of a moment come: a dump, or a base backup and the log after it. */
export type Origin = FromDump | { log: RecoveryPlan };

interface FromDump {
  dump: Manifest;
  /** Why it is not the log, which goes further. */
  because?: string;
}

/**
 * Whatever comes nearest to the moment, or has the newest data: the log where it reaches further than the newest dump. A backup that is
 * named is that one. A log of another major version than the one at hand can't be replayed: then it is the dump, as for an upgrade.
 * Fails before anything is fetched where there is neither, or where a hole in the log is before the moment: what is to be lost is for
 * a person to say.
 */
export async function originOf(catalogue: Catalogue, wanted: WantedBackup, major?: number): Promise<Origin> {
  const at = wanted.at === undefined ? undefined : new Date(wanted.at);
  const base = wanted.kind === WantedKind.named ? undefined : await newestBase(catalogue, at);
  if (!base) return { dump: await findBackup(catalogue, wanted) };
  const from = majorOf(base.serverVersion);
  if (major !== undefined && from !== major) {
    const because = `the log after base backup ${base.id} is of Postgres ${from} and can't be replayed by ${major}; what is in it alone is left out`;
    return { dump: await findBackup(catalogue, wanted), because };
  }
  const log = planFrom(base, await archivedSegments(catalogue, base.systemIdentifier), at);
  const reach = Math.min(at?.getTime() ?? Number.POSITIVE_INFINITY, log.archivedUntil.getTime());
  const dump = await findBackup(catalogue, wanted).catch(() => undefined);
  return dump && Date.parse(dump.snapshotAt) >= reach ? { dump } : { log };
}
