import type { KeyObject } from "node:crypto";
import { type Evidence, readEvidence } from "../drill/evidence.ts";
import { chunkName } from "../format/keys.ts";
import { type Manifest, parseManifest } from "../format/manifest.ts";
import { sentence } from "../report.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { isMissing } from "../store/store-error.ts";
import type { BucketState, KeptBackup } from "./bucket-state.ts";
import { type FoundObject, type SortedListing, sortedListing } from "./listing.ts";

/** Objects that are fetched at once at the first look; later looks find most of them known. */
const fetchedAtOnce = 8;

/** What is kept of a manifest: all of it would be megabytes for a large database. */
interface KnownBackup extends Omit<KeptBackup, "damage"> {
  streams: { name: string; lengths: number[] }[];
}

type Known = Map<string, KnownBackup | Evidence | string>;

/** Looks at a bucket again and again. Manifests and evidence are read once; after that a look is a listing. */
export class Survey {
  readonly #store: Pick<ObjectStore, "list" | "get">;
  readonly #prefix: string;
  readonly #publicKey: KeyObject | undefined;
  /** By key, length and time of the object: an object that was replaced is read anew. */
  #known: Known = new Map();
  /** Damage that the look before has seen. */
  #suspected = new Set<string>();

  /** Without a public key no evidence of a drill is believed, since none can be verified. */
  constructor(store: Pick<ObjectStore, "list" | "get">, prefix: string, publicKey?: KeyObject) {
    this.#store = store;
    this.#prefix = prefix;
    this.#publicKey = publicKey;
  }

  async look(): Promise<BucketState> {
    const started = Date.now();
    const listing = await sortedListing(this.#store, this.#prefix);
    const known: Known = new Map();
    const manifests = await this.#read(listing.manifests, known, (found, text) => knownBackup(found, text));
    const evidence = await this.#read(this.#publicKey ? listing.evidence : [], known, (found, text) => knownEvidence(found, text, this.#publicKey!));
    this.#known = known;
    const backups = this.#judged(manifests.good, listing);
    return {
      at: new Date(),
      seconds: (Date.now() - started) / 1000,
      objects: listing.objects,
      bytes: listing.bytes,
      backups,
      logs: [...listing.logs].map(([database, log]) => ({ database, ...log })),
      drills: evidence.good,
      problems: [...manifests.problems, ...evidence.problems, ...backups.flatMap(({ damage }) => damage ?? [])],
    };
  }

  async #read<T extends KnownBackup | Evidence>(found: FoundObject[], known: Known, understand: (found: FoundObject, text: string) => T) {
    const good: T[] = [];
    const problems: string[] = [];
    const queue = [...found];
    const work = async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        const { key, bytes, modified } = one.object;
        const name = `${key} ${bytes} ${modified.getTime()}`;
        const fact = this.#known.get(name) ?? (await this.#fetch(one, understand));
        if (fact === undefined) continue;
        known.set(name, fact);
        if (typeof fact === "string") problems.push(fact);
        else good.push(fact as T);
      }
    };
    await Promise.all(Array.from({ length: fetchedAtOnce }, work));
    return { good, problems };
  }

  /** What the object says, or a sentence why it can't be believed; nothing when it went away since the listing. */
  async #fetch<T>(found: FoundObject, understand: (found: FoundObject, text: string) => T): Promise<T | string | undefined> {
    let content: Buffer;
    try {
      content = await this.#store.get(found.object.key);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    try {
      return understand(found, content.toString("utf8"));
    } catch (error) {
      return `${found.object.key} ${sentence(error).replace(`${found.object.key} `, "")}`;
    }
  }

  #judged(backups: KnownBackup[], listing: SortedListing): KeptBackup[] {
    const suspected = new Set<string>();
    const judged = backups.map(({ streams, ...backup }): KeptBackup => {
      const damage = damageOf(backup, streams, listing);
      if (damage === undefined) return backup;
      suspected.add(damage);
      // A listing takes time: a backup that ends meanwhile has its manifest in it and not yet all chunks. The next look knows.
      return this.#suspected.has(damage) ? { ...backup, damage } : backup;
    });
    this.#suspected = suspected;
    return judged;
  }
}

function knownBackup({ database, id, object }: FoundObject, text: string): KnownBackup {
  const manifest: Manifest = parseManifest(text, object.key);
  if (manifest.database !== database) throw new Error(`is of database ${manifest.database}: it lies in the wrong folder`);
  if (manifest.id !== id) throw new Error(`is of backup ${manifest.id}: it has the wrong name`);
  return {
    database,
    kind: manifest.kind,
    id,
    verifiedAt: new Date(manifest.verifiedAt),
    snapshotAt: new Date(manifest.snapshotAt),
    bytes: manifest.bytes,
    streams: manifest.streams.map(({ name, chunks }) => ({ name, lengths: chunks.map(({ bytes }) => bytes) })),
  };
}

function knownEvidence({ database, id }: FoundObject, text: string, publicKey: KeyObject): Evidence {
  const evidence = readEvidence(text, publicKey);
  if (evidence.database !== database || evidence.id !== id) throw new Error(`is evidence ${evidence.id} of database ${evidence.database}: it was copied`);
  return evidence;
}

/** The first object of a backup that is not as its manifest has it. Content is a drill's to check; lengths are seen from here. */
function damageOf({ database, id }: { database: string; id: string }, streams: KnownBackup["streams"], { chunks }: SortedListing): string | undefined {
  for (const { name, lengths } of streams) {
    const found = chunks.get(`${database}/${id}/${name}`) ?? [];
    const index = lengths.findIndex((bytes, at) => found[at] !== bytes);
    if (index < 0) continue;
    const state = found[index] === undefined ? "is missing" : `has ${found[index]} bytes instead of ${lengths[index]}`;
    return `backup ${id} of ${database} is damaged: chunk ${chunkName(index)} of stream ${name} ${state}`;
  }
  return undefined;
}
