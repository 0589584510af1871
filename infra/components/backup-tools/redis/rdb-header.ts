/** What an RDB says of itself at its start. */
export interface RdbFacts {
  /** As a manifest numbers it: 80800 for 8.8.0. */
  serverVersion: number;
  /** The moment whose data it holds, in seconds since 1970 by the server's clock. */
  createdAt: number;
  /** Bytes of memory that the data took in the server. */
  usedMemory: number;
}

const auxiliary = 0xfa;

/**
 * Reads the facts from the first bytes. They stand as pairs of texts behind the magic word (redis/src/rdb.c, rdbSaveInfoAuxFields);
 * whatever is no such pair ends them.
 */
export function rdbFacts(start: Buffer): RdbFacts {
  if (!/^REDIS\d{4}$|^VALKEY\d{3}$/.test(start.toString("latin1", 0, 9))) throw new Error("what Redis sent is no RDB: it does not begin with its magic word");
  const found = new Map<string, string>();
  let at = 9;
  while (start[at] === auxiliary) {
    const name = readText(start, at + 1);
    const value = readText(start, name.end);
    found.set(name.text, value.text);
    at = value.end;
  }
  const version = found.get("redis-ver") ?? found.get("valkey-ver") ?? "";
  const [major, minor, patch] = version.split(".").map(Number);
  const facts = {
    serverVersion: major! * 10_000 + minor! * 100 + (patch || 0),
    createdAt: Number(found.get("ctime")),
    usedMemory: Number(found.get("used-mem")),
  };
  if (!Object.values(facts).every(Number.isSafeInteger))
    throw new Error(`the RDB does not say its version, time and memory: ${JSON.stringify(Object.fromEntries(found))}`);
  return facts;
}

/** A length of 6 or 14 bits and as many bytes; or an integer, which stands for its digits. */
function readText(bytes: Buffer, at: number): { text: string; end: number } {
  const first = bytes[at] ?? 0;
  const integers: Record<number, [width: number, read: (at: number) => number]> = {
    192: [1, (from) => bytes.readInt8(from)],
    193: [2, (from) => bytes.readInt16LE(from)],
    194: [4, (from) => bytes.readInt32LE(from)],
  };
  const integer = integers[first];
  if (integer) return { text: `${integer[1](at + 1)}`, end: at + 1 + integer[0] };
  const [length, from] = first < 64 ? [first, at + 1] : [((first & 63) << 8) | (bytes[at + 1] ?? 0), at + 2];
  return { text: bytes.toString("latin1", from, from + length), end: from + length };
}
