/** Since when the archive is behind: tells a backlog that grows old from one that is new at each look, as under steady writes. */
export class Backlog {
  /** Segments in the order of the log, and when the server was first seen to write each: all before it were whole then. */
  #begun: { segment: number; at: number }[] = [];

  /**
   * Seconds since 1970 at which the first segment that is not in the bucket was seen to be whole; 0 when there is none.
   * `writing` is the segment that the server writes, `next` the first that is not in the bucket.
   */
  since(writing: number, next: number, now: number): number {
    // A server that was made anew counts from the beginning.
    const last = this.#begun.at(-1);
    if (last !== undefined && last.segment > writing) this.#begun = [];
    if (last === undefined || last.segment !== writing) this.#begun.push({ segment: writing, at: now });
    this.#begun = this.#begun.filter(({ segment }) => segment > next || segment === writing);
    return this.#begun.find(({ segment }) => segment > next)?.at ?? 0;
  }
}
