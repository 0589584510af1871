import { timeOfId } from "../format/keys.ts";
import type { Manifest } from "../format/manifest.ts";
import { backupNames, type Catalogue, readManifest } from "../restore/catalogue.ts";
import { type WantedBackup, WantedKind } from "../restore/wanted-backup.ts";

/**
 * The backup that goes with what is asked for: the one of that name, or the newest that is not younger than the moment. The name of
 * another backup, such as the database's, stands for its moment: the two are then as near as they can be. Undefined when there is
 * no backup of this Redis at all.
 */
export async function findRedisBackup(catalogue: Catalogue, wanted: WantedBackup): Promise<Manifest | undefined> {
  const names = await backupNames(catalogue);
  if (names.length === 0) return undefined;
  if (wanted.kind === WantedKind.named && names.includes(wanted.text)) return readManifest(catalogue, wanted.text);
  const moment = wanted.kind === WantedKind.named ? timeOfId(wanted.text)!.getTime() : wanted.at;
  for (const name of names) {
    const manifest = await readManifest(catalogue, name);
    if (moment === undefined || Date.parse(manifest.snapshotAt) <= moment) return manifest;
  }
  throw new Error(`no backup of ${catalogue.database} is as old as ${wanted.text}; the oldest is ${names.at(-1)}: name it, if its data will do`);
}
