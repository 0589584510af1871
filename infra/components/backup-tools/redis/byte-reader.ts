/** Reads lines and counted bytes from a stream of pieces that are cut anywhere. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** A line without its end (CRLF or LF). */
  async line(): Promise<string> {
    let end = this.#held.indexOf(10);
    while (end < 0) {
      this.#held = Buffer.concat([this.#held, await this.#next()]);
      end = this.#held.indexOf(10);
    }
    const text = this.#held.toString("latin1", 0, end);
    this.#held = this.#held.subarray(end + 1);
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  }

  async exactly(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.counted(length)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** The next bytes as they come: no more is in memory than one piece. */
  async *counted(length: number): AsyncGenerator<Buffer> {
    let left = length;
    while (left > 0) {
      if (this.#held.length === 0) this.#held = await this.#next();
      const piece = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Everything up to a mark, which is taken too. The mark is random, so it stands nowhere in the content. */
  async *until(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      if (at >= 0) {
        const piece = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + mark.length);
        yield piece;
        return;
      }
      // The mark may have begun at the very end of what is held.
      const safe = Math.max(0, this.#held.length - mark.length + 1);
      const piece = this.#held.subarray(0, safe);
      this.#held = this.#held.subarray(safe);
      if (piece.length > 0) yield piece;
      this.#held = Buffer.concat([this.#held, await this.#next()]);
    }
  }

  async #next(): Promise<Buffer> {
    const { value, done } = await this.#source.next();
    if (done) throw new Error("the connection was closed in the middle of an answer");
    return value;
  }
}
