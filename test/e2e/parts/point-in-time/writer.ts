import { connection } from "../postgres-cluster/writer.ts";

/** A moment, and how much was acknowledged before it was asked for: all of that was committed before it. */
export interface Mark {
  /** By the server's clock, a millisecond that is not before the asking. */
  at: string;
  acknowledged: number;
}

export interface Marked {
  /** Numbers whose commit was acknowledged, in that order. */
  acknowledged: number[];
  marks: Mark[];
  /** Attempts that failed before the end. */
  failures: number;
}

/**
 * Script for the client's pod, which prints what is above: as the application it adds rows to the table `links`, one a commit, by four
 * connections, and marks each second. `atEnd` is what the owner does to the table at last, while writes go on.
 */
export function writeAndMark(seconds: number, from: number, atEnd = "SELECT"): string {
  return `${connection}
    const acknowledged = [], marks = []; let failures = 0, next = ${from}, last = false, ended = false;
    const work = async () => {
      while (!ended) {
        const client = new pg.Client(login("POSTGRES", { query_timeout: 3000 }));
        client.on("error", () => {});
        try {
          await client.connect();
          while (!ended) {
            const number = next++;
            await client.query("INSERT INTO links (number) VALUES ($1)", [number]);
            acknowledged.push(number);
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        } catch { if (!last) failures++; await new Promise((resolve) => setTimeout(resolve, 50)); }
        finally { await client.end().catch(() => {}); }
      }
    };
    const working = Array.from({ length: 4 }, work);
    const owner = new pg.Client(login("OWNER"));
    await owner.connect();
    const end = Date.now() + ${seconds} * 1000;
    while (Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const count = acknowledged.length;
      const { rows } = await owner.query("SELECT date_trunc('milliseconds', clock_timestamp() + interval '1 ms') AS at");
      marks.push({ at: rows[0].at.toISOString(), acknowledged: count });
    }
    // Rows that come after the last mark, and must not come back.
    await new Promise((resolve) => setTimeout(resolve, 300));
    last = true;
    await owner.query(${JSON.stringify(atEnd)});
    ended = true;
    await Promise.all(working);
    await owner.end();
    console.log(JSON.stringify({ acknowledged, marks, failures }));`;
}
