import { walFolder } from "../format/keys.ts";
import { baseBackups, segmentsOfBase } from "../recover/archive-listing.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { parseSegment } from "../wal/segment.ts";

export interface LogExpirySettings {
  writer: ObjectStore;
  reader: ObjectStore;
  prefix: string;
  database: string;
  days: number;
}

/** Removes the log from which no base backup can be brought forward any more, and that of servers that are gone. Returns how many files went. */
export async function expireLog({ writer, reader, prefix, database, days }: LogExpirySettings, now = new Date()): Promise<number> {
  /** By server, the first segment that its oldest base backup needs. */
  const needed = new Map<string, number>();
  for await (const base of baseBackups({ store: reader, prefix, database })) {
    const { first } = segmentsOfBase(base);
    needed.set(base.systemIdentifier, Math.min(first, needed.get(base.systemIdentifier) ?? first));
  }
  const folder = walFolder(prefix, database);
  const tooOld = now.getTime() - days * 86_400_000;
  const keys: string[] = [];
  for await (const { key, modified } of reader.list(folder)) {
    const [systemIdentifier, name] = key.slice(folder.length).split("/") as [string, string?];
    const segment = name === undefined ? undefined : parseSegment(name);
    const first = needed.get(systemIdentifier);
    const unneeded = first === undefined ? modified.getTime() < tooOld : segment !== undefined && segment.number < first;
    if (unneeded) keys.push(key);
  }
  await writer.delete(keys);
  return keys.length;
}
