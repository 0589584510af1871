import { keysByDatabase, type RedisConnection, RedisError } from "./connection.ts";

/** Stands in the target while it is filled, and holds the backup's name: what was cut off is gone on with, not taken for whole. */
export const marker = "slipway:restoring";

const keysAtOnce = 200;

export interface Filled {
  /** Keys that were brought. */
  restored: number;
  /** Keys that were there already, from a run that was cut off. */
  present: number;
  /** Keys that ran out before they could be brought. */
  expired: number;
}

/** How many keys a server holds in all. */
export async function keyCount(server: RedisConnection): Promise<number> {
  return Object.values(keysByDatabase(await server.command("INFO", "keyspace"))).reduce((sum, keys) => sum + keys, 0);
}

/**
 * Brings every key of one server to another, each with the moment at which it runs out. Values go as the server's own bytes (DUMP and
 * RESTORE), which carry a checksum and the version. Nothing that is there is replaced.
 */
export async function fillRedis(source: RedisConnection, target: RedisConnection): Promise<Filled> {
  const total: Filled = { restored: 0, present: 0, expired: 0 };
  const databases = Object.keys(keysByDatabase(await source.command("INFO", "keyspace")));
  for (const database of databases) {
    for (const server of [source, target]) await server.command("SELECT", database.slice(2));
    let cursor = "0";
    do {
      const [next, keys] = (await source.command("SCAN", cursor, "COUNT", keysAtOnce)) as [Buffer, Buffer[]];
      cursor = String(next);
      await bring(keys, source, target, total);
    } while (cursor !== "0");
  }
  await target.command("SELECT", 0);
  return total;
}

async function bring(keys: Buffer[], source: RedisConnection, target: RedisConnection, total: Filled): Promise<void> {
  const read = await source.pipeline(
    keys.flatMap((key) => [
      ["PEXPIRETIME", key],
      ["DUMP", key],
    ]),
  );
  const writes: (string | number | Buffer)[][] = [];
  for (const [index, key] of keys.entries()) {
    const [until, value] = [read[2 * index], read[2 * index + 1]];
    if (value instanceof RedisError || until instanceof RedisError) throw value instanceof Error ? value : until;
    // One that ran out since it was listed.
    if (!Buffer.isBuffer(value)) total.expired += 1;
    else if (until === -1) writes.push(["RESTORE", key, 0, value]);
    else writes.push(["RESTORE", key, until as number, value, "ABSTTL"]);
  }
  for (const reply of writes.length > 0 ? await target.pipeline(writes) : []) {
    if (reply === "OK") total.restored += 1;
    else if (reply instanceof RedisError && reply.code === "BUSYKEY") total.present += 1;
    else throw refused(reply);
  }
}

function refused(reply: unknown): Error {
  const said = (reply as Error).message ?? String(reply);
  const mend = said.startsWith("OOM")
    ? "the server is full: raise its maxMemory to what the backup needs, and run this again"
    : /version|checksum/i.test(said)
      ? "the server is older than the one that was backed up: use at least its version"
      : "look at the server's log, and run this again";
  return new Error(`the server takes no key: ${said}; ${mend}`);
}
