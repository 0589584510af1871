import type { ObjectStore, StoredObject } from "../store/object-store.ts";

/** The bucket's objects, sorted by what they are. Of chunks only their lengths are kept: there may be a hundred thousand. */
export interface SortedListing {
  objects: number;
  bytes: number;
  manifests: FoundObject[];
  evidence: FoundObject[];
  /** Lengths of the chunks by `<database>/<id>/<stream>`, by index. */
  chunks: Map<string, number[]>;
  /** Newest piece of each database's log. */
  logs: Map<string, { newest: Date; pieces: number }>;
}

export interface FoundObject {
  database: string;
  /** What tells it from the others of its database. */
  id: string;
  object: StoredObject;
}

/** Lists everything below the prefix, once. */
export async function sortedListing(store: Pick<ObjectStore, "list">, prefix: string): Promise<SortedListing> {
  const found: SortedListing = { objects: 0, bytes: 0, manifests: [], evidence: [], chunks: new Map(), logs: new Map() };
  for await (const object of store.list(`${prefix}/`)) {
    found.objects += 1;
    found.bytes += object.bytes;
    const [database, folder, ...rest] = object.key.slice(prefix.length + 1).split("/");
    if (database === undefined || rest.length === 0) continue;
    if (folder === "data") addChunk(found.chunks, database, rest, object.bytes);
    if (folder === "wal") addLog(found.logs, database, object.modified);
    const id = /^([^/]+)\.json$/.exec(rest.join("/"))?.[1];
    if (id === undefined) continue;
    if (folder === "manifests") found.manifests.push({ database, id, object });
    if (folder === "drills") found.evidence.push({ database, id, object });
  }
  return found;
}

function addChunk(chunks: SortedListing["chunks"], database: string, [id, stream, name]: string[], bytes: number): void {
  if (name === undefined || !/^\d+$/.test(name)) return;
  const place = `${database}/${id}/${stream}`;
  const lengths = chunks.get(place) ?? [];
  lengths[Number(name)] = bytes;
  chunks.set(place, lengths);
}

function addLog(logs: SortedListing["logs"], database: string, modified: Date): void {
  const log = logs.get(database);
  logs.set(database, { newest: log && log.newest > modified ? log.newest : modified, pieces: (log?.pieces ?? 0) + 1 });
}
