import { connection } from "../postgres-cluster/writer.ts";

// Scripts of the client's pod. The service is called as any other workload calls it, the database by the login of people and reports.

const service = `
  const ask = (path, options) =>
    fetch("http://" + process.env.LINKS_HOST + ":" + process.env.LINKS_PORT + path, { redirect: "manual", signal: AbortSignal.timeout(2000), ...options });
  const create = (url) => ask("/v1/links", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ url }) });
`;

/** Creates links, one after the other, until nobody has answered for five seconds. Prints the target of each acknowledged slug. */
export const createWhileAnswered = `${service}
  const created = {};
  const end = Date.now() + 180_000;
  for (let answered = Date.now(), number = 0; Date.now() < Math.min(end, answered + 5000); number++) {
    const url = "https://example.org/kept/" + number;
    const answer = await create(url).catch(() => undefined);
    if (answer?.status === 201) {
      created[(await answer.json()).slug] = url;
      answered = Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  console.log(JSON.stringify(created));`;

/** Creates one link, and prints its slug. */
export const createOne = `${service} console.log(JSON.stringify((await (await create("https://example.org/after")).json()).slug));`;

/** Follows links, and prints where each leads, or the status of the answer that leads nowhere. */
export const follow = (slugs: string[]) => `${service}
  const found = {};
  for (const slug of ${JSON.stringify(slugs)}) {
    const answer = await ask("/" + slug);
    found[slug] = answer.headers.get("location") ?? answer.status;
  }
  console.log(JSON.stringify(found));`;

/** Prints every row of every table of the service, by table. */
export const everyRow = `${connection}
  const tables = await ask(login("READER"), "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
  const rows = {};
  for (const { name } of tables) rows[name] = (await ask(login("READER"), "SELECT t::text AS row FROM " + name + " t")).map(({ row }) => row).sort();
  console.log(JSON.stringify(rows));`;

/** Prints how the database sorts text, and which letters it knows. */
export const locale = `${connection}
  const [{ datcollate, datctype }] = await ask(login("READER"), "SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()");
  console.log(JSON.stringify({ datcollate, datctype }));`;
