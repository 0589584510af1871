import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ArchivePlace, archivedSegments, baseBackups, endOfChain, segmentsOfBase } from "../recover/archive-listing.ts";
import { report, sentence } from "../report.ts";
import { segmentNumber } from "./segment.ts";
import type { ArchivedServer } from "./server.ts";

/** Time between two looks, and before a look that failed is tried again. */
const lookMilliseconds = 60_000;
const retryMilliseconds = 10_000;

/**
 * Makes a base backup at once whenever the log that is kept now belongs to none: at the first start, with a new server, and after a hole.
 * Until the schedule's next run there would be no moment to go back to.
 */
export async function keepBase(place: ArchivePlace, server: ArchivedServer, stop: AbortSignal): Promise<void> {
  let pause = retryMilliseconds;
  while (!stop.aborted) {
    await sleep(pause, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return;
    pause = lookMilliseconds;
    try {
      const { systemIdentifier, kept } = await server.state();
      if (kept === undefined || (await reached(place, systemIdentifier, segmentNumber(kept)))) continue;
      report("the log that is kept belongs to no base backup; one is made now");
      await makeBase(stop);
    } catch (error) {
      pause = retryMilliseconds;
      if (!stop.aborted) report(`whether there is a base backup can't be seen, or none can be made: ${sentence(error)}`);
    }
  }
}

/** Whether a base backup of that server can be brought forward to a segment. */
export async function reached(place: ArchivePlace, systemIdentifier: string, segment: number): Promise<boolean> {
  for await (const base of baseBackups(place)) {
    if (base.systemIdentifier !== systemIdentifier) continue;
    // Older ones reach no further than the newest.
    return endOfChain(await archivedSegments(place, systemIdentifier), segmentsOfBase(base).first) >= segment - 1;
  }
  return false;
}

/** In a process of its own, as the schedule does it: its memory is given back at the end. */
async function makeBase(stop: AbortSignal): Promise<void> {
  const program = fileURLToPath(import.meta.resolve("../base/main.js"));
  const child = spawn(process.execPath, [...process.execArgv, program], { stdio: "inherit" });
  const end = () => child.kill("SIGTERM");
  stop.addEventListener("abort", end, { once: true });
  const [code] = await once(child, "close");
  stop.removeEventListener("abort", end);
  if (code !== 0) throw new Error(`the base backup ended with code ${code}; its words are above`);
}
