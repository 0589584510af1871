import pg from "pg";
import { pino } from "pino";
import type { PostgresSettings } from "../src/config/bindings.ts";
import type { Config } from "../src/config/config.ts";
import { type RunningService, startService } from "../src/lifecycle/start.ts";
import { parseTiers } from "../src/limiter/tiers.ts";
import { bringQueueSchema } from "../src/queue/schema.ts";
import { runMigrations } from "../src/schema/run.ts";
import type { LocalPostgres } from "./postgres.ts";

export const silent = { logger: pino({ level: "silent" }), flush: () => {} };

/** A configuration for tests: free ports, and limits that no test meets by accident. */
export function testConfig(postgres: PostgresSettings, changes: Partial<Config> = {}): Config {
  return {
    host: "127.0.0.1",
    port: 0,
    internalPort: 0,
    logLevel: "silent",
    trustedProxies: [],
    requestTimeoutSeconds: 4,
    shutdownSeconds: 5,
    drainDelaySeconds: 0,
    tiers: parseTiers(["create=100000/60", "read=100000/60", "redirect=100000/60"]),
    replicas: 1,
    statistics: true,
    webSocketConnectionsMax: 100,
    version: "test",
    postgres,
    tracing: { disabled: false, sampleRatio: 1, serviceName: "links" },
    ...changes,
  };
}

/** A new database with the newest schema. */
export async function migratedDatabase(server: LocalPostgres): Promise<PostgresSettings> {
  const settings = await server.createDatabase();
  const client = new pg.Client({ ...settings, password: settings.password?.() });
  await client.connect();
  await runMigrations(client, { libraries: [bringQueueSchema], log: silent.logger });
  await client.end();
  return settings;
}

export interface TestService extends RunningService {
  origin: string;
  internal: string;
  /** Asks the public API with a JSON body, if any, and never follows a redirect. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

export async function testService(config: Config): Promise<TestService> {
  const running = await startService(config, silent);
  const origin = `http://127.0.0.1:${running.port}`;
  return {
    ...running,
    origin,
    internal: `http://127.0.0.1:${running.internalPort}`,
    ask: (method, path, body, headers) =>
      fetch(`${origin}${path}`, {
        method,
        redirect: "manual",
        headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
  };
}

interface ApiOperation {
  responses: Record<string, { content: Record<string, { schema: unknown }> }>;
}

/** Whatever the API answers, as tests read it. */
export interface Body {
  slug: string;
  shortUrl: string;
  hits: number;
  links: { slug: string }[];
  nextCursor: string | null;
  status: number;
  detail: string;
  errors: { pointer?: string; parameter?: string; detail: string }[];
  openapi: string;
  servers: unknown[];
  paths: Record<string, Record<string, ApiOperation>>;
}

export const bodyOf = async (response: Response) => (await response.json()) as Body;
