import type { Evidence } from "../drill/evidence.ts";
import type { BackupKind } from "../format/manifest.ts";

/** One backup, as its manifest and the listing of its objects have it. */
export interface KeptBackup {
  database: string;
  kind: BackupKind;
  id: string;
  /** When every chunk had been read back. */
  verifiedAt: Date;
  /** The moment whose data it holds. */
  snapshotAt: Date;
  /** Bytes of its streams. */
  bytes: number;
  /** What is wrong with its objects; left out while all of them lie there in their length. */
  damage?: string;
}

/** The archived log of a database. */
export interface KeptLog {
  database: string;
  /** When the newest piece was stored, by the store's clock. */
  newest: Date;
  pieces: number;
}

/** Everything that the bucket says about backups and drills, at one moment. */
export interface BucketState {
  /** When the listing ended. */
  at: Date;
  /** Seconds that it took. */
  seconds: number;
  objects: number;
  bytes: number;
  backups: KeptBackup[];
  logs: KeptLog[];
  /** Evidence of all drills that was really signed by this stack. */
  drills: Evidence[];
  /** What could not be read or believed, a sentence each. */
  problems: string[];
}
