import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { start } from "../subprocess.ts";

/** Where a copy begins and ends in the log: only with all of it is the copy consistent. */
export interface LogRange {
  startLsn: string;
  endLsn: string;
  timeline: number;
}

/** Files without which no server starts, and the one that says from where to replay. */
const needed = ["PG_VERSION", "backup_label", "global/pg_control"];

/** Reads the list of files that Postgres puts at the end of a copy; fails when the copy is cut off, is no tar, or lacks what a server needs. */
export async function copiedFiles(stored: AsyncIterable<Buffer>, environment: NodeJS.ProcessEnv): Promise<LogRange> {
  const tar = start("tar", ["--extract", "--to-stdout", "--file=-", "--wildcards", "*backup_manifest"], environment);
  const found = new Set<string>();
  let tail = "";
  const reading = (async () => {
    for await (const text of tar.stdout.setEncoding("utf8")) {
      // A list of a hundred thousand files is not kept: only its end, where the range stands.
      const seen = tail + text;
      for (const file of needed) if (seen.includes(`"Path": "${file}"`)) found.add(file);
      tail = seen.slice(-8000);
    }
  })();
  try {
    await pipeline(Readable.from(stored), createZstdDecompress(), tar.stdin);
    await Promise.all([reading, tar.ended]);
  } catch (error) {
    tar.child.kill("SIGKILL");
    throw new Error(`what was stored can't be read as a base backup: ${(error as Error).message}`);
  }
  const missing = needed.filter((file) => !found.has(file));
  if (missing.length > 0) throw new Error(`what was stored has no ${missing.join(", ")}: it is not a base backup`);
  return logRange(tail);
}

/** The range of the log as it stands at the end of Postgres' list of files. */
export function logRange(manifestEnd: string): LogRange {
  const ranges = [...manifestEnd.matchAll(/"Timeline": (\d+), "Start-LSN": "([0-9A-F]+\/[0-9A-F]+)", "End-LSN": "([0-9A-F]+\/[0-9A-F]+)"/g)];
  const [, timeline, startLsn, endLsn] = ranges[0] ?? [];
  if (ranges.length !== 1) throw new Error(`the copy's list of files names ${ranges.length} ranges of the log instead of one: ${manifestEnd.slice(-300)}`);
  return { timeline: Number(timeline), startLsn: startLsn!, endLsn: endLsn! };
}
