import type { ChunkKey } from "../format/encryption.ts";
import { type Manifest, majorOf } from "../format/manifest.ts";

/** What a backup is to be restored into, and by what means. */
export interface RestoreTarget {
  /** Of the server, as Postgres numbers it: 180004. */
  serverVersion: number;
  /** Of the pg_restore at hand, likewise. */
  clientVersion: number;
  key?: ChunkKey;
  /** The server that the backup must come from. Left out, any: after a loss there is a new server. */
  systemIdentifier?: string;
}

/** Why a backup can't be restored there, each with its mend. Asked before anything is changed. */
export function refusals(manifest: Manifest, target: RestoreTarget): string[] {
  const { id, encryption, serverVersion, systemIdentifier } = manifest;
  const [from, to, tools] = [serverVersion, target.serverVersion, target.clientVersion].map(majorOf) as [number, number, number];
  return [
    from > to &&
      `backup ${id} is of Postgres ${from}, newer than this server's ${to}: a dump goes only forward; give images.postgres of version ${from} or newer`,
    from > tools && `backup ${id} is of Postgres ${from}, newer than the pg_restore ${tools} of this image; give an image of version ${from} or newer`,
    encryption && !target.key && `backup ${id} is encrypted with key ${encryption.keyId}, and there is no key; give that key`,
    encryption &&
      target.key &&
      encryption.keyId !== target.key.keyId &&
      `backup ${id} is encrypted with key ${encryption.keyId}, not with ${target.key.keyId}; give that key`,
    target.systemIdentifier !== undefined &&
      target.systemIdentifier !== systemIdentifier &&
      `backup ${id} is of the server ${systemIdentifier}, not of ${target.systemIdentifier}; allow other servers if this is meant`,
  ].filter((problem): problem is string => typeof problem === "string");
}
