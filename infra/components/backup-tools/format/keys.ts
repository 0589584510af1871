import { randomBytes } from "node:crypto";

// Where things lie in the bucket. Only what has a manifest is a backup; it is written last.

export const databaseFolder = (prefix: string, database: string) => `${prefix}/${database}/`;
export const manifestFolder = (prefix: string, database: string) => `${prefix}/${database}/manifests/`;
export const manifestKey = (prefix: string, database: string, id: string) => `${prefix}/${database}/manifests/${id}.json`;
export const dataFolder = (prefix: string, database: string, id: string) => `${prefix}/${database}/data/${id}/`;
export const streamFolder = (prefix: string, database: string, id: string, stream: string) => `${prefix}/${database}/data/${id}/${stream}/`;
export const drillFolder = (prefix: string, database: string) => `${prefix}/${database}/drills/`;
export const drillKey = (prefix: string, database: string, id: string) => `${prefix}/${database}/drills/${id}.json`;
export const walFolder = (prefix: string, database: string) => `${prefix}/${database}/wal/`;
export const walKey = (prefix: string, database: string, name: string) => `${prefix}/${database}/wal/${name}`;

/** Five digits sort as numbers up to 100,000 chunks: 780 GiB a stream. Six digits sort behind them, so nothing breaks there. */
export const chunkName = (index: number) => `${index}`.padStart(5, "0");

const idPattern = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z-([a-z0-9]{5})$/;

/** A new backup's name: its second, and five characters that keep two of one second apart. Names sort by time. */
export function newId(now: Date = new Date()): string {
  // Without letters that are read for others.
  const alphabet = "23456789abcdefghijkmnpqrstuvwxyz";
  const suffix = [...randomBytes(5)].map((byte) => alphabet[byte % alphabet.length]).join("");
  return `${now.toISOString().slice(0, 19).replaceAll(":", "-")}Z-${suffix}`;
}

/** Moment that an id names; undefined for what is no id. */
export function timeOfId(id: string): Date | undefined {
  const match = idPattern.exec(id);
  if (!match) return undefined;
  const time = new Date(`${match[1]}T${match[2]}:${match[3]}:${match[4]}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** Id of a manifest's key; undefined for other keys. */
export function idOfManifestKey(key: string): string | undefined {
  const id = /\/manifests\/([^/]+)\.json$/.exec(key)?.[1];
  return id !== undefined && timeOfId(id) ? id : undefined;
}
