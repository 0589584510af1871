import { databaseFolder, dataFolder, idOfManifestKey, manifestFolder, timeOfId } from "../format/keys.ts";
import type { BackupKind } from "../format/manifest.ts";
import { parseManifest } from "../format/manifest.ts";
import type { ObjectStore } from "../store/object-store.ts";

export interface ExpirySettings {
  writer: ObjectStore;
  reader: ObjectStore;
  prefix: string;
  database: string;
  /** Only backups of this kind are removed; other programs see to the others. */
  kind: BackupKind;
  /** Whether a stream's name is one that this kind has: tells the rests of its failed runs from those of others. */
  ownStream: (name: string) => boolean;
  days: number;
  /** Age above which a run can't be going on any more; the rest of a younger one is left alone. */
  longestRunMinutes: number;
}

export interface Expired {
  backups: number;
  leftovers: number;
}

/** Removes backups that are too old and the rests of runs that failed. The newest backup stays, however old it is. `now` by the clock that names were made by. */
export async function expire(settings: ExpirySettings, now = new Date()): Promise<Expired> {
  const { prefix, database, reader, writer } = settings;
  const ids: string[] = [];
  for await (const { key } of reader.list(manifestFolder(prefix, database))) {
    const id = idOfManifestKey(key);
    if (id) ids.push(id);
  }
  const tooOld = ids.filter((id) => timeOfId(id)!.getTime() < now.getTime() - settings.days * 86_400_000);
  const expired: string[] = [];
  for (const id of tooOld) if (await isOfKind(settings, id)) expired.push(id);
  if (expired.length > 0 && expired.length === ids.length) expired.pop();
  // Manifests first: one without its data would count.
  for (const id of expired) {
    await writer.delete([`${manifestFolder(prefix, database)}${id}.json`]);
    await removeData(settings, id);
  }
  return { backups: expired.length, leftovers: await removeLeftovers(settings, new Set(ids), now) };
}

/** Removes everything of a backup but its manifest. */
export async function removeData(
  { reader, writer, prefix, database }: Pick<ExpirySettings, "reader" | "writer" | "prefix" | "database">,
  id: string,
): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of reader.list(dataFolder(prefix, database, id))) keys.push(key);
  await writer.delete(keys);
}

async function isOfKind({ reader, prefix, database, kind }: ExpirySettings, id: string): Promise<boolean> {
  const key = `${manifestFolder(prefix, database)}${id}.json`;
  try {
    return parseManifest((await reader.get(key)).toString("utf8"), key).kind === kind;
  } catch {
    // What can't be read is nothing to remove in silence.
    return false;
  }
}

async function removeLeftovers(settings: ExpirySettings, recorded: ReadonlySet<string>, now: Date): Promise<number> {
  const { prefix, database, reader, writer } = settings;
  const folder = `${databaseFolder(prefix, database)}data/`;
  const removed = new Set<string>();
  const keys: string[] = [];
  for await (const { key } of reader.list(folder)) {
    const [id, stream] = key.slice(folder.length).split("/") as [string, string?];
    const time = timeOfId(id);
    if (!time || !stream || recorded.has(id) || !settings.ownStream(stream)) continue;
    if (time.getTime() > now.getTime() - settings.longestRunMinutes * 60_000) continue;
    keys.push(key);
    removed.add(id);
  }
  await writer.delete(keys);
  return removed.size;
}
