/** An object as a listing has it. */
export interface StoredObject {
  key: string;
  /** Bytes as they are stored. */
  bytes: number;
  /** When it was stored, by the store's clock. */
  modified: Date;
}

/** Length and SHA-256 (hex) of an object's content. */
export interface Digest {
  bytes: number;
  sha256: string;
}

export interface PutOptions {
  /** Refuses to replace an object that is there: the store answers with PreconditionFailed. Defaults to false. */
  onlyIfAbsent?: boolean;
  /** SHA-256 (hex) of the body, where it is known already: of a chunk it takes time. */
  sha256?: string;
}

/** What backups need of a store. Keys are whole, with the prefix. */
export interface ObjectStore {
  /** Every object whose key begins with the prefix, in the order of keys; fetched page by page. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** An object's content, which must fit into memory: 64 MiB at most. */
  get(key: string): Promise<Buffer>;
  /** Reads an object through without keeping it. */
  digest(key: string): Promise<Digest>;
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<void>;
  /** Deletes objects; one that is not there is no error. */
  delete(keys: readonly string[]): Promise<void>;
}
