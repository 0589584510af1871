// Program of the writer, run inside its pod; it imports nothing of ours. Prints one line of JSON at its end.

/** What the loop of writes saw. Times are milliseconds of the pod's clock. */
export interface Written {
  /** Numbers whose commit was acknowledged. */
  acknowledged: number[];
  failures: number;
  /** Longest time between two acknowledgments, and when it began. */
  longestGap: number;
  gapBegan: number;
}

/** Common to all scripts: a client as the application makes one, with the server verified. */
export const connection = `
  import { readFileSync } from "node:fs";
  import pg from "pg";
  const login = (prefix, more = {}) => ({
    host: process.env[prefix + "_HOST"], port: Number(process.env[prefix + "_PORT"]), database: process.env[prefix + "_DATABASE"],
    user: process.env[prefix + "_USERNAME"], password: readFileSync(process.env[prefix + "_PASSWORD_FILE"], "utf8"),
    ssl: { ca: readFileSync(process.env[prefix + "_CA_CRT_FILE"], "utf8") }, connectionTimeoutMillis: 2000, ...more });
  const ask = async (settings, text, values) => {
    const client = new pg.Client(settings);
    client.on("error", () => {});
    try { await client.connect(); return (await client.query(text, values)).rows; } finally { await client.end().catch(() => {}); }
  };
`;

export const shownSerial = `${connection}
  const client = new pg.Client(login("POSTGRES"));
  await client.connect();
  console.log(JSON.stringify(client.connection.stream.getPeerCertificate().serialNumber));
  await client.end();`;

/** Where the loop of writes hears that it is enough. */
const ear = 8099;
export const enough = `console.log(await (await fetch("http://127.0.0.1:${ear}")).text());`;

/** Writes numbers, one a commit, by several connections, until it is told that it is enough; what breaks is connected again. */
export function writeUntilEnough(atMostSeconds: number, connections = 4): string {
  return `${connection}
    import { createServer } from "node:http";
    const acknowledged = []; const at = []; let failures = 0; let next = 1;
    let end = Date.now() + ${atMostSeconds} * 1000;
    createServer((_, answer) => { end = 0; answer.end("null"); }).listen(${ear}, "127.0.0.1");
    const work = async () => {
      while (Date.now() < end) {
        const client = new pg.Client(login("POSTGRES", { query_timeout: 3000 }));
        client.on("error", () => {});
        try {
          await client.connect();
          while (Date.now() < end) {
            const number = next++;
            await client.query("INSERT INTO proof (number) VALUES ($1)", [number]);
            acknowledged.push(number); at.push(Date.now());
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        } catch { failures++; await new Promise((resolve) => setTimeout(resolve, 50)); }
        finally { await Promise.race([client.end(), new Promise((resolve) => setTimeout(resolve, 200))]).catch(() => {}); }
      }
    };
    await Promise.all(Array.from({ length: ${connections} }, work));
    at.sort((a, b) => a - b);
    let longestGap = 0, gapBegan = 0;
    for (let index = 1; index < at.length; index++) if (at[index] - at[index - 1] > longestGap) { longestGap = at[index] - at[index - 1]; gapBegan = at[index - 1]; }
    // The end waits until the pipe has taken it all.
    process.stdout.write(JSON.stringify({ acknowledged, failures, longestGap, gapBegan }), () => process.exit(0));`;
}
