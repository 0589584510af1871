import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ChunkKey } from "../format/encryption.ts";
import { type ArchivedSegment, type ArchivePlace, segmentsOfBase } from "../recover/archive-listing.ts";
import type { RecoveryPlan } from "../recover/plan.ts";
import { start } from "../subprocess.ts";
import { serverFolder } from "../wal/archive.ts";
import { unpackFile } from "../wal/archived-file.ts";
import { segmentName } from "../wal/segment.ts";

export interface LossInputs extends ArchivePlace {
  scratch: string;
  key?: ChunkKey;
}

/**
 * Seconds of committed writes that a loss of the server at a moment would have cost: from the first commit that was not in the bucket by
 * then to the moment. 0 when nothing had been committed since the newest segment that was.
 */
export async function secondsLostAt(at: Date, { base, segments }: Pick<RecoveryPlan, "base" | "segments">, inputs: LossInputs): Promise<number> {
  const { first } = segmentsOfBase(base);
  const late = [...segments.values()].filter(({ number, stored }) => number >= first && stored > at).sort((a, b) => a.number - b.number);
  for (const segment of late) {
    const commit = await firstCommit(segment, base.systemIdentifier, inputs);
    // Pages that no commit has finished are no loss; the commit is in a later segment.
    if (commit) return Math.max(0, (at.getTime() - commit.getTime()) / 1000);
  }
  return 0;
}

/** When the first transaction of a segment was committed, by the server's clock; undefined where it holds no commit. */
async function firstCommit(
  segment: ArchivedSegment,
  systemIdentifier: string,
  { store, prefix, database, key, scratch }: LossInputs,
): Promise<Date | undefined> {
  const name = segmentName(segment);
  const path = join(scratch, name);
  const stored = serverFolder(prefix, database, systemIdentifier) + name;
  try {
    await unpackFile(await store.get(stored), stored, { database, systemIdentifier, name, key }, path);
    const dump = start("pg_waldump", ["--rmgr=Transaction", path], { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" });
    dump.stdin.end();
    try {
      for await (const line of createInterface({ input: dump.stdout })) {
        const time = /desc: COMMIT(?:_PREPARED)? (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC/.exec(line);
        if (time) return new Date(`${time[1]}T${time[2]}Z`);
      }
      // It fails at a record that goes on in the next segment. Whether the log can be read is what the replay says.
      return undefined;
    } finally {
      dump.child.kill("SIGKILL");
      await dump.ended.catch((error: Error) => {
        if (dump.child.pid === undefined) throw error;
      });
    }
  } finally {
    await rm(path, { force: true });
  }
}
