import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { report, sentence } from "../report.ts";
import { type ArchiveSettings, archiveFile } from "./archive.ts";
import { Backlog } from "./behind.ts";
import { finishedFiles, Receiver } from "./receiver.ts";
import { formatLsn, parseSegment, type Segment, segmentName, segmentNumber, startOfSegment } from "./segment.ts";
import { type ArchivedServer, type ServerState, slotName } from "./server.ts";
import type { ArchiveStatus } from "./status.ts";

export interface ArchiverSettings extends ArchiveSettings {
  /** Directory in which the log is received. What is in it at the start is received again. */
  directory: string;
  /** Whole segments that may wait there; at more, receiving pauses and the server keeps the log instead. */
  mostWaiting: number;
}

/** Time between two looks at the directory, and between two looks at the server. */
const pauseMilliseconds = 500;
const serverLookMilliseconds = 10_000;
/** A receiver that gets nothing for so long, while the server writes, hangs. */
const hangsMilliseconds = 60_000;

/** Brings a server's log into a bucket, segment by segment, as long as it runs. */
export class Archiver {
  readonly #server: ArchivedServer;
  readonly #settings: ArchiverSettings;
  readonly #status: ArchiveStatus;
  readonly #receiver: Receiver;
  readonly #backlog = new Backlog();
  #systemIdentifier = "";
  /** The first segment that is not in the bucket. */
  #next: Segment = { timeline: 1, number: 1 };
  /** The segment in which the receiver failed last. */
  #failedAt = -1;

  constructor(server: ArchivedServer, settings: ArchiverSettings, status: ArchiveStatus) {
    this.#server = server;
    this.#settings = settings;
    this.#status = status;
    this.#receiver = new Receiver(settings.directory);
  }

  /** Runs until the signal. Whatever fails is said and tried again: nothing that is lost here is lost on the server. */
  async run(stop: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stop.aborted) {
      const archived = this.#status.archived;
      try {
        await this.#session(stop);
      } catch (error) {
        failures = this.#status.archived > archived ? 1 : failures + 1;
        const seconds = Math.min(30, 2 ** (failures - 1));
        report(`${sentence(error)}; tried again in ${seconds} s, the server keeps its log until then`);
        this.#status.failures += 1;
        this.#status.healthy = false;
        await sleep(seconds * 1000, undefined, { signal: stop }).catch(() => undefined);
      }
    }
  }

  /** From the state of the server's slot to the first failure. */
  async #session(stop: AbortSignal): Promise<void> {
    const ended = new AbortController();
    try {
      await this.#takeUp();
      const until = AbortSignal.any([stop, ended.signal]);
      // Side by side: a bucket that is slow must not let the directory fill beyond its bound.
      const loops = [this.#receive(until), this.#upload(until), this.#look(until)];
      const failed = Promise.all(loops).finally(() => ended.abort());
      // All have to end before the next session begins: one that is late would move its places back.
      await Promise.allSettled([failed, ...loops]);
      await failed;
    } finally {
      ended.abort();
      await this.#receiver.end();
    }
  }

  /** Finds from where on the server keeps its log, or has it begin. */
  async #takeUp(): Promise<void> {
    let state = await this.#server.state();
    if (state.lost) {
      this.#status.gaps += 1;
      report(
        "the server kept more than max_slot_wal_keep_size for the archive and has thrown it away: moments from now to the next base backup can't be restored",
      );
      await this.#server.dropSlot();
    }
    if (state.kept === undefined) {
      await this.#server.makeSlot();
      state = await this.#server.state();
    }
    if (state.kept === undefined) throw new Error(`the server keeps nothing for slot ${slotName}; look at pg_replication_slots`);
    this.#systemIdentifier = state.systemIdentifier;
    this.#next = { timeline: state.timeline, number: segmentNumber(state.kept) };
    await rm(this.#settings.directory, { recursive: true, force: true });
    await mkdir(this.#settings.directory, { recursive: true });
    report(`the log of server ${state.systemIdentifier} is archived from ${formatLsn(state.kept)} on, segment ${segmentName(this.#next)}`);
    this.#measure(state);
  }

  async #receive(until: AbortSignal): Promise<void> {
    const { directory, mostWaiting } = this.#settings;
    while (!until.aborted) {
      if (this.#receiver.failure) await this.#receiverFailed(this.#receiver.failure);
      this.#status.waiting = (await finishedFiles(directory)).length;
      const full = this.#status.waiting >= mostWaiting;
      if (full && this.#receiver.runs) {
        report(`${this.#status.waiting} segments wait for their upload; receiving pauses, and the server keeps its log`);
        await this.#receiver.end();
      }
      if (!full && !this.#receiver.runs) {
        await this.#receiver.begin(this.#next, this.#server.environment());
        this.#status.healthy = true;
      }
      await sleep(pauseMilliseconds);
    }
  }

  /** It begins again by itself: an upload that waits for its bucket must not hold that up. One that can't go on ends the session. */
  async #receiverFailed(failure: Error): Promise<void> {
    this.#status.failures += 1;
    this.#status.healthy = false;
    if (this.#failedAt === this.#next.number + this.#status.waiting) throw failure;
    this.#failedAt = this.#next.number + this.#status.waiting;
    report(`${sentence(failure)}; it begins again`);
    await this.#receiver.end();
  }

  async #upload(until: AbortSignal): Promise<void> {
    const { directory } = this.#settings;
    while (!until.aborted) {
      const before = this.#next.number;
      for (const name of await finishedFiles(directory)) {
        if (until.aborted) return;
        await this.#uploadFile(name);
        await rm(join(directory, name));
      }
      // Once for all that were there: each is a connection to the server.
      if (this.#next.number > before) await this.#server.release(startOfSegment(this.#next.number));
      await sleep(pauseMilliseconds);
    }
  }

  async #uploadFile(name: string): Promise<void> {
    const segment = parseSegment(name);
    if (segment && segment.number > this.#next.number) {
      throw new Error(`segment ${name} was received before ${segmentName(this.#next)}: the log has a hole here, and is received again from there on`);
    }
    await archiveFile(this.#settings, this.#systemIdentifier, this.#settings.directory, name);
    if (!segment) return;
    this.#next = { ...segment, number: segment.number + 1 };
    this.#status.archived += 1;
    this.#status.lastArchived = Date.now() / 1000;
    report(`${name} is archived and was read back`);
  }

  /** How far behind the archive is, and whether the receiver hangs. */
  async #look(until: AbortSignal): Promise<void> {
    let seen = { segment: -1, at: Date.now() };
    while (!until.aborted) {
      await sleep(serverLookMilliseconds, undefined, { signal: until }).catch(() => undefined);
      if (until.aborted) return;
      const state = await this.#server.state();
      if (state.lost) throw new Error(`the server gave up keeping its log for slot ${slotName}`);
      this.#measure(state);
      const segment = this.#next.number + this.#status.waiting;
      const waits = segmentNumber(state.flushed) <= segment || this.#status.waiting >= this.#settings.mostWaiting;
      if (waits || segment !== seen.segment) seen = { segment, at: Date.now() };
      if (Date.now() - seen.at >= hangsMilliseconds) {
        throw new Error(`pg_receivewal hangs at segment ${segmentName(this.#next)} while the server is at ${formatLsn(state.flushed)}`);
      }
    }
  }

  #measure({ flushed }: ServerState): void {
    const behind = flushed - startOfSegment(this.#next.number);
    this.#status.behindBytes = Number(behind > 0n ? behind : 0n);
    this.#status.behindSince = this.#backlog.since(segmentNumber(flushed), this.#next.number, Date.now() / 1000);
  }
}
