import { AsyncLocalStorage } from "node:async_hooks";
import pg from "pg";
import type { Logger } from "pino";
import { type Circuit, CircuitOpen, createCircuit } from "../circuit/circuit.ts";
import type { PostgresSettings } from "../config/bindings.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { unavailable } from "../problem/problem.ts";
import { clientSpan } from "../tracing/client-span.ts";
import { isPostgresOutage } from "./outage.ts";

/** A query that the server plans once for each connection. The name is also its label in metrics. */
export interface Statement {
  name: string;
  text: string;
}

export interface Database {
  readonly circuit: Circuit;
  /** Runs a statement and gives its rows. Throws a 503 problem when the database is away. */
  query<Row extends pg.QueryResultRow>(statement: Statement, values?: unknown[]): Promise<Row[]>;
  /** Runs SQL whose text a library makes; `label` is its name in metrics. Several statements without values are one call, and one transaction if they say so. */
  execute(label: string, text: string, values?: unknown[]): Promise<{ rows: pg.QueryResultRow[] }>;
  close(): Promise<void>;
}

/** Longest wait, in milliseconds, for a connection, and for a query by the server's clock and by ours (which ends a hanging server's). */
const timeouts = { connectionTimeoutMillis: 2_000, statement_timeout: 2_000, query_timeout: 2_500 };

export function createDatabase({ password, poolMax, slowQueryMilliseconds, ...settings }: PostgresSettings, metrics: Metrics, log: Logger): Database {
  const { poolConnections, poolConnectionsMax, queryDuration } = metrics.instruments;
  const pool = new pg.Pool({
    ...settings,
    ...timeouts,
    // A function, so that each new connection reads the file anew and a rotated password is followed.
    password: password && (async () => password()),
    max: poolMax,
    application_name: "links",
    keepAlive: true,
    idleTimeoutMillis: 30_000,
    // Connections are renewed, so that after a failover or a rotation none lives on for ever.
    maxLifetimeSeconds: 1_800,
  });
  // Without a listener, a connection that breaks while idle ends the process.
  // Bound to no request: the connection remembers the one that opened it, whose trace would be named in its last line.
  const onError = (error: Error) => log.warn({ reason: error.message }, "idle database connection lost");
  pool.on("error", AsyncLocalStorage.bind(onError));
  poolConnectionsMax.set(poolMax);
  metrics.beforeScrape(() => {
    poolConnections.set({ state: "total" }, pool.totalCount);
    poolConnections.set({ state: "idle" }, pool.idleCount);
    poolConnections.set({ state: "waiting" }, pool.waitingCount);
  });
  const circuit = createCircuit({
    name: "postgres",
    failures: 5,
    isOutage: isPostgresOutage,
    probe: () => pool.query("SELECT 1"),
    instruments: metrics.instruments,
  });

  const attributes = { "db.system.name": "postgresql", "db.namespace": settings.database, "server.address": settings.host, "server.port": settings.port };
  // The statement's name, and never its values.
  const spanOf = <T>(name: string, call: () => Promise<T>) => clientSpan(name, () => ({ ...attributes, "db.query.summary": name }), call);

  async function run<Result>(name: string, call: () => Promise<Result>): Promise<Result> {
    const stop = queryDuration.startTimer({ query: name });
    try {
      return await spanOf(name, () => circuit.run(call));
    } catch (error) {
      const outage = error as Error;
      if (!(outage instanceof CircuitOpen) && !isPostgresOutage(outage)) throw error;
      if (!(outage instanceof CircuitOpen)) log.warn({ query: name, reason: outage.message }, "database is not available");
      throw unavailable("The database is not available at the moment; try again.");
    } finally {
      const milliseconds = Math.round(stop() * 1_000);
      if (milliseconds >= slowQueryMilliseconds) log.warn({ query: name, milliseconds }, "slow query");
    }
  }

  return {
    circuit,
    query: async <Row extends pg.QueryResultRow>(statement: Statement, values: unknown[] = []) =>
      (await run(statement.name, () => pool.query<Row>({ ...statement, values }))).rows,
    async execute(label, text, values = []) {
      // Of several statements pg gives a list of results.
      const results = [await run(label, () => pool.query({ text, values }))].flat();
      return { rows: results.flatMap(({ rows }) => rows) };
    },
    async close() {
      circuit.stop();
      await pool.end();
    },
  };
}
