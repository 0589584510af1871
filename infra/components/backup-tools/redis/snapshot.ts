import type { ByteReader } from "./byte-reader.ts";
import { type RedisConnection, RedisError } from "./connection.ts";

/**
 * A consistent copy of everything, as RDB: the memory of a process that the server forks for it. Taken as a replica takes it,
 * which is the one way over the wire; `rdb-only` says that nothing is wanted afterwards, so the server keeps no later writes for us.
 */
export async function* snapshot(connection: RedisConnection): AsyncGenerator<Buffer> {
  try {
    // It may mark the end instead of telling the length at the start: then it writes no file of its own first.
    await connection.command("REPLCONF", "capa", "eof");
    await connection.command("REPLCONF", "rdb-only", "1");
  } catch (error) {
    throw explained(error);
  }
  const reader = connection.send("SYNC");
  const head = await announcement(reader);
  if (head.startsWith("-")) throw explained(new RedisError(head.slice(1)));
  const mark = /^\$EOF:(.{40})$/.exec(head)?.[1];
  if (mark) yield* reader.until(Buffer.from(mark, "latin1"));
  else if (/^\$\d+$/.test(head)) yield* reader.counted(Number(head.slice(1)));
  else throw new Error(`Redis answered ${JSON.stringify(head.slice(0, 60))} to SYNC, which announces no copy`);
}

/** The first line that is not empty: until the copy is ready, the server sends bare line ends. */
async function announcement(reader: ByteReader): Promise<string> {
  for (;;) {
    const line = await reader.line();
    if (line !== "") return line;
  }
}

function explained(error: unknown): Error {
  if (!(error instanceof RedisError)) return error as Error;
  const mends: Record<string, string> = {
    NOPERM: "the login may not copy; give the backupBinding of a Redis",
    NOMASTERLINK: "the replica has lost its leader, so what it holds is old; mend that first",
    ERR: "Redis 7 or Valkey is needed, and none that refuses SYNC, as ElastiCache does",
  };
  return new Error(`Redis gives no copy: ${error.message}; ${mends[error.code] ?? "look at the server's log"}`);
}
