import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Subprocess, start } from "../subprocess.ts";
import { isTimelineHistory, parseSegment, type Segment, segmentName } from "./segment.ts";

/** Files of a directory that are whole, in the order of the log; a timeline's history comes before its segments. */
export async function finishedFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  const place = (name: string) => (isTimelineHistory(name) ? name.slice(0, 8) : name);
  return names.filter((name) => parseSegment(name) || isTimelineHistory(name)).sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/**
 * pg_receivewal, which writes the log into a directory as it comes.
 *
 * It is not given the slot: with one it would tell the server that what it wrote may go, and the directory is gone with the pod. The
 * slot moves only when a segment is in the bucket.
 */
export class Receiver {
  readonly #directory: string;
  #running: Subprocess | undefined;
  #failure: Error | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Begins behind the last whole segment of the directory, or else with the given one. */
  async begin(next: Segment, environment: NodeJS.ProcessEnv): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const names = await readdir(this.#directory);
    // A full disk or a killed receiver leaves a part of any length, which the next one would refuse.
    await Promise.all(names.filter((name) => name.endsWith(".partial") || name.endsWith(".tmp")).map((name) => rm(join(this.#directory, name))));
    const last = names.flatMap((name) => parseSegment(name) ?? []).reduce((a, b) => (b.number > a.number ? b : a), { ...next, number: next.number - 1 });
    // An empty part says where to begin: pg_receivewal takes it for the segment that it broke off in. In an empty directory it would
    // begin with what the server writes now, and leave a hole.
    await writeFile(join(this.#directory, `${segmentName({ ...last, number: last.number + 1 })}.partial`), "");
    // What is written here need not outlive the node, so nothing is flushed: a segment that is lost here is still on the server.
    const args = [`--directory=${this.#directory}`, "--no-loop", "--no-sync", "--no-password", "--status-interval=5"];
    const running = start("pg_receivewal", args, { ...environment, PGAPPNAME: "pg_receivewal" });
    running.stdout.resume();
    this.#running = running;
    this.#failure = undefined;
    const ended = (error: Error) => {
      if (this.#running !== running) return;
      this.#running = undefined;
      this.#failure = error;
    };
    running.ended.then(() => ended(new Error("pg_receivewal ended by itself: the server ended the stream")), ended);
  }

  get runs(): boolean {
    return this.#running !== undefined;
  }

  /** Why it ended, unless it was asked to. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Ends it. It is killed, so that one that hangs ends too: it holds nothing that the server doesn't. */
  async end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#failure = undefined;
    if (!running) return;
    running.child.kill("SIGKILL");
    await running.ended.catch(() => undefined);
  }
}
