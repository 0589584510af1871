import { bad, type Finding, NoAnswer } from "../finding.ts";
import type { Subject } from "../subject.ts";
import { isServing } from "./serving.ts";

/** What the database says of its schema. */
export interface DatabaseFacts {
  applied: { name: string; hash: string | null }[];
  /** Bytes and rows, as the server estimates them, by `schema.table`; for `public` also by the bare name. */
  tables: Record<string, { bytes: number; rows: number }>;
}

/**
 * Runs in a pod of the service, with the service's own login and whatever way to the database it has: the same in every mode, and no
 * door that is not open already. Only reads.
 */
const script = `
import { postgresFrom } from "/srv/app/src/config/bindings.ts";
import pg from "/srv/node_modules/pg/lib/index.js";
const mistakes = [];
const { password, poolMax, slowQueryMilliseconds, ...settings } = postgresFrom(process.env, mistakes);
const client = new pg.Client({ ...settings, password: password?.(), connectionTimeoutMillis: 5000, statement_timeout: 5000, application_name: "slipway-check" });
client.on("error", () => {});
await client.connect();
const rows = async (sql) => (await client.query(sql)).rows;
const there = (await rows("SELECT to_regclass('schema_migrations') AS a, to_regclass('schema_migration_hashes') AS b"))[0];
const applied = !there.a ? [] : await rows(there.b
  ? "SELECT name, hash FROM schema_migrations LEFT JOIN schema_migration_hashes USING (name) ORDER BY name"
  : "SELECT name, NULL AS hash FROM schema_migrations ORDER BY name");
const tables = await rows("SELECT n.nspname AS schema, c.relname AS name, pg_total_relation_size(c.oid)::float8 AS bytes, greatest(c.reltuples, 0)::float8 AS rows FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')");
await client.end();
process.stdout.write(JSON.stringify({ applied, tables }));
`;

export async function databaseFacts(subject: Subject): Promise<DatabaseFacts> {
  const { namespace, config } = subject;
  const name = config.service.name;
  const cluster = await subject.cluster();
  const pods = await cluster.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(`app.kubernetes.io/instance=${name}`)}`);
  const pod = pods.find(isServing);
  if (!pod)
    throw new NoAnswer(
      `No pod of ${name} serves, and by one the database is asked`,
      `kubectl --namespace ${namespace} describe pod --selector app.kubernetes.io/instance=${name}`,
    );
  const output = await cluster.run(namespace, pod.metadata.name, pod.spec.containers[0].name, ["node", "--input-type=module", "--eval", script]);
  const { applied, tables } = JSON.parse(output) as {
    applied: DatabaseFacts["applied"];
    tables: { schema: string; name: string; bytes: number; rows: number }[];
  };
  const sized = tables.flatMap(({ schema, name, bytes, rows }) => {
    const size = { bytes, rows };
    return schema === "public" ? [[name, size] as const, [`public.${name}`, size] as const] : [[`${schema}.${name}`, size] as const];
  });
  return { applied, tables: Object.fromEntries(sized) };
}

export const unreadable = (reason: string): Finding =>
  bad(`The migrations contradict the database: ${reason}`, "Mend the folder app/migrations as it says: up would fail there, and change nothing.");
