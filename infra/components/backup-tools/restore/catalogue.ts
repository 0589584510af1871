import { idOfManifestKey, manifestFolder, manifestKey } from "../format/keys.ts";
import { BackupKind, type Manifest, parseManifest } from "../format/manifest.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { nearestBackup, type WantedBackup, WantedKind } from "./wanted-backup.ts";

/** Where the backups of one database lie. */
export interface Catalogue {
  store: ObjectStore;
  prefix: string;
  database: string;
}

/** Names of every backup, the newest first. */
export async function backupNames({ store, prefix, database }: Catalogue): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of store.list(manifestFolder(prefix, database))) {
    const name = idOfManifestKey(key);
    if (name !== undefined) names.push(name);
  }
  return names.sort().reverse();
}

/** The manifest of one backup. Stored under another's name or database it is refused: somebody has swapped the two. */
export async function readManifest({ store, prefix, database }: Catalogue, name: string): Promise<Manifest> {
  const key = manifestKey(prefix, database, name);
  const manifest = parseManifest((await store.get(key)).toString("utf8"), key);
  if (manifest.id !== name || manifest.database !== database) {
    throw new Error(
      `${key} is the manifest of backup ${manifest.id} of database ${manifest.database}, not of ${name} of ${database}: it was swapped; choose another backup`,
    );
  }
  return manifest;
}

/** A backup that was found, or why it can't be read. */
export interface ListedBackup {
  name: string;
  manifest?: Manifest;
  problem?: string;
}

/** Read at once: enough to hide the way to the store, and few for it. */
const atOnce = 8;

/** The newest backups that are dumps, newest first. One that can't be read is listed with the reason: it must not look like none. */
export async function listBackups(catalogue: Catalogue, most: number): Promise<ListedBackup[]> {
  const names = await backupNames(catalogue);
  const listed: ListedBackup[] = [];
  for (let next = 0; next < names.length && listed.length < most; next += atOnce) {
    const read = await Promise.all(names.slice(next, next + atOnce).map((name) => listedBackup(catalogue, name)));
    listed.push(...read.filter(({ manifest }) => manifest === undefined || manifest.kind === BackupKind.dump));
  }
  return listed.slice(0, most);
}

async function listedBackup(catalogue: Catalogue, name: string): Promise<ListedBackup> {
  try {
    return { name, manifest: await readManifest(catalogue, name) };
  } catch (error) {
    return { name, problem: (error as Error).message };
  }
}

/** Finds the backup that is asked for; an error names what there is instead. */
export async function findBackup(catalogue: Catalogue, wanted: WantedBackup): Promise<Manifest> {
  const names = await backupNames(catalogue);
  const at = `${catalogue.prefix}/${catalogue.database}`;
  if (names.length === 0)
    throw new Error(`there is no backup of database ${catalogue.database} below ${at}/manifests/; look at bucket, prefix and the database's name`);
  if (wanted.kind === WantedKind.named) return namedBackup(catalogue, names, wanted.text);
  for (const name of names) {
    const manifest = await readManifest(catalogue, name).catch((error: Error) => {
      // Passing over it would give older data than were asked for, without a word.
      throw new Error(
        `${error.message}. Name an older backup if its data will do, such as ${names[names.indexOf(name) + 1] ?? "none: this one is the only one"}`,
      );
    });
    if (manifest.kind !== BackupKind.dump) continue;
    if (wanted.at === undefined || Date.parse(manifest.snapshotAt) <= wanted.at) return manifest;
  }
  throw new Error(`no backup of database ${catalogue.database} is as old as ${wanted.text}; the oldest below ${at} is ${names.at(-1)}`);
}

async function namedBackup(catalogue: Catalogue, names: readonly string[], name: string): Promise<Manifest> {
  if (!names.includes(name)) throw new Error(`there is no backup ${name} of database ${catalogue.database}; the nearest is ${nearestBackup(name, names)}`);
  const manifest = await readManifest(catalogue, name);
  if (manifest.kind === BackupKind.dump) return manifest;
  throw new Error(`${name} is a backup of kind ${manifest.kind}, not a dump: it is restored by its own program`);
}
