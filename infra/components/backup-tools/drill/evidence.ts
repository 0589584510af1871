import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** Which backup a drill restored. */
export const DrilledBackup = {
  /** The newest one: what a loss now would be mended from. Its times are the ones that count. */
  newest: "newest",
  /** One of the others, at random. */
  older: "older",
  /** A base backup, brought forward by the archived log to a moment at random. */
  moment: "moment",
} as const;
export type DrilledBackup = (typeof DrilledBackup)[keyof typeof DrilledBackup];

/** What a drill checks; each is a label of `restore_drill_result`. */
export type DrillCheck = "restore" | "amcheck" | "rows" | "invariants" | "schema" | "clock" | "log" | "moment";

/** Parts of a restore; each is a label of `restore_drill_duration_seconds`. */
export type DrillPhase = "fetch" | "restore" | "replay" | "verify";

/** Rows of a table that the manifest counted; of a moment, what the planner knew when the base backup was made. */
export interface DrilledTable {
  /** Schema and name, such as `public.links`. */
  table: string;
  expected: number;
  restored: number;
}

/** What one restore of one backup has shown. */
export interface Evidence {
  format: 1;
  /** Name of the evidence, as its object is called. */
  id: string;
  /** The run that it belongs to: evidence of the newest and of the older backup have one in common. */
  run: string;
  drilled: DrilledBackup;
  /** The restored backup; `none` when there was nothing to bring forward to a moment. */
  backup: string;
  kind: string;
  /** The moment that was gone back to, and when the last transaction was committed that was there. */
  moment?: string;
  reachedAt?: string;
  database: string;
  startedAt: string;
  finishedAt: string;
  good: boolean;
  /** True where the restored data was right. What could not be reached is missing. */
  checks: Partial<Record<DrillCheck, boolean>>;
  /** What was wrong, a sentence each. */
  problems: string[];
  /** Seconds by phase. */
  seconds: Partial<Record<DrillPhase, number>>;
  /**
   * Of the newest backup, seconds from the moment whose data it holds to the start of the drill; of a moment, seconds of committed writes
   * that were not in the archive by then: what a loss would have cost, at the drill's start or at that moment.
   */
  recoveryPointSeconds?: number;
  tables: DrilledTable[];
  serverVersion?: string;
}

/** Evidence as it lies in the bucket. */
export interface SignedEvidence {
  evidence: Evidence;
  signature: { algorithm: "ed25519"; keyId: string; value: string };
}

/** The same bytes for the same evidence, whoever wrote the JSON: keys in order, no white space. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(",")}}`;
}

/** Signing key from its 32 bytes in hexadecimal digits (RFC 8032), as the stack generates them. */
export function signingKey(seed: string): KeyObject {
  if (!/^[0-9a-f]{64}$/.test(seed)) throw new Error("the signing key is not 64 hexadecimal digits; it is the file signing-key of the drill's Secret");
  // RFC 8410: the fixed head of a PKCS #8 structure that holds an Ed25519 seed.
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(seed, "hex")]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

/** The public half as PEM, for whoever verifies. */
export function publicKeyPem(seed: string): string {
  return createPublicKey(signingKey(seed)).export({ format: "pem", type: "spki" }).toString();
}

/** First eight hexadecimal digits of the public key's SHA-256: enough to see which of two keys signed. */
function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest("hex")
    .slice(0, 8);
}

export function signEvidence(evidence: Evidence, key: KeyObject): SignedEvidence {
  const value = sign(null, Buffer.from(canonical(evidence)), key).toString("base64");
  return { evidence, signature: { algorithm: "ed25519", keyId: keyIdOf(key), value } };
}

/** Evidence of a drill that is really one of this stack's. Throws with the reason why it is not. */
export function readEvidence(text: string, publicKey: KeyObject): Evidence {
  const { evidence, signature } = JSON.parse(text) as Partial<SignedEvidence>;
  if (evidence?.format !== 1 || typeof signature?.value !== "string") throw new Error("is no evidence of a drill in format 1");
  if (!verify(null, Buffer.from(canonical(evidence)), publicKey, Buffer.from(signature.value, "base64"))) {
    throw new Error(`is not signed by key ${keyIdOf(publicKey)} (it names ${signature.keyId}): somebody else wrote or changed it`);
  }
  return evidence;
}
