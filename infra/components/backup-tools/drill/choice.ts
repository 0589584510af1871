import { BackupKind, type Manifest } from "../format/manifest.ts";
import { backupNames, type Catalogue, readManifest } from "../restore/catalogue.ts";
import { DrilledBackup } from "./evidence.ts";

/** A backup to restore in this drill. */
export interface Chosen {
  drilled: DrilledBackup;
  name: string;
  /** Left out when it could not be read. */
  manifest?: Manifest;
  problem?: string;
}

/** How many manifests are tried for the older one: among a thousand base backups there may be few dumps. */
const tries = 20;

/**
 * The newest dump, and one of the others at random. A newest manifest that can't be read is chosen too: passing over it would call
 * a database safe whose last backup nobody can restore.
 */
export async function chooseBackups(catalogue: Catalogue, random: () => number = Math.random): Promise<Chosen[]> {
  const names = await backupNames(catalogue);
  let newest: Chosen | undefined;
  while (!newest && names.length > 0) newest = await candidate(catalogue, names.shift()!, DrilledBackup.newest);
  if (!newest) return [];
  for (let left = Math.min(tries, names.length); left > 0; left -= 1) {
    const [name] = names.splice(Math.floor(random() * names.length), 1);
    const older = await candidate(catalogue, name!, DrilledBackup.older);
    if (older) return [newest, older];
  }
  return [newest];
}

/** Nothing for a backup of another kind. */
async function candidate(catalogue: Catalogue, name: string, drilled: DrilledBackup): Promise<Chosen | undefined> {
  try {
    const manifest = await readManifest(catalogue, name);
    return manifest.kind === BackupKind.dump ? { drilled, name, manifest } : undefined;
  } catch (error) {
    return { drilled, name, problem: (error as Error).message };
  }
}
